"""The catalogue of privacy settings, derived from the policy.

Adding a setting means adding one entry here. Recognition of phrases, buttons, cards, mails and documentation
read this table; preferences are stored by key, so no migration is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import NotSwitchable, UnknownSetting
from bot.domain.identity import Assurance


@dataclass(frozen=True)
class Setting:
    """One thing the policy says is done with a person's information.

    Attributes:
        key: stable identifier, stored with preferences and consents.
        title: what a person reads.
        group: key of the group it belongs to.
        anchor: verbatim words of the policy it stands on.
        phrases: everyday wordings that name exactly this setting.
        default: what holds for an account that never chose. False where the policy demands an explicit opt-in.
        fixed: why there is no switch, or None where there is one.
        off: rung needed to turn it off (opting out must be easy).
        on: rung needed to turn it on.
    """

    key: str
    title: str
    group: str
    anchor: str
    phrases: tuple[str, ...]
    default: bool = True
    fixed: str | None = None
    off: Assurance = Assurance.MAILBOX
    on: Assurance = Assurance.MAILBOX


@dataclass(frozen=True)
class Group:
    """Settings that people speak of in one breath."""

    key: str
    title: str
    phrases: tuple[str, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "sharing",
        "Sharing my information",
        (
            "sharing",
            "share",
            "shared",
            "sharing my information",
            "sharing my data",
            "sharing my info",
            "data sharing",
            "information sharing",
            "give out my information",
            "giving out my information",
            "pass on my data",
            "passing on my data",
            "selling my data",
            "sell my data",
            "sell my info",
            "sell my information",
            "sell my personal information",
            "data sold",
            "do not sell",
            "keep my data private",
            "make my data private",
            "third parties",
            "third party",
            "3rd parties",
            "other people",
            "everyone",
        ),
    ),
    Group(
        "facebook",
        "Posts on my Facebook Wall",
        (
            "facebook",
            "fb",
            "face book",
            "facebook wall",
            "fb wall",
            "facebook posts",
            "facebook posting",
            "my wall",
            "wall posts",
            "social media",
            "my timeline",
            "post for me",
            "post as me",
            "posting for me",
        ),
    ),
    Group(
        "marketing",
        "Marketing and newsletters",
        (
            "marketing",
            "ads",
            "adverts",
            "advertising",
            "promotions",
            "promos",
            "promotional",
            "offers",
            "spam",
            "junk",
            "unsubscribe",
            "unsub",
            "mailing list",
            "mailing lists",
            "commercial messages",
            "subscribe",
            "mailings",
        ),
    ),
    Group("use", "Research and tailoring", ("analysis of my use", "profiling", "being profiled")),
    Group("fixed", "No switch for these", ()),
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "share_users",
        "Share my details with other users",
        "sharing",
        "We may share your personal information with users registered with Outsource.com that perform certain"
        " services.",
        ("other users", "with users", "other members", "registered users", "with freelancers", "other freelancers"),
    ),
    Setting(
        "share_clients",
        "Show my company information to clients",
        "sharing",
        "If you are a registered Freelancer, we may share your company information with Clients requesting services"
        " through Outsource.com.",
        ("with clients", "clients", "customers", "my company information", "company info", "with buyers", "employers"),
    ),
    Setting(
        "share_partners",
        "Share my information with partner companies",
        "sharing",
        "we may provide your personally identifiable information to the partner company",
        ("partner companies", "partner company", "partners", "business partners", "affiliates", "co-branded sites"),
    ),
    Setting(
        "marketing_email",
        "Marketing by e-mail",
        "marketing",
        "communicate with you by email, postal mail, telephone and/or mobile devices or send newsletters about"
        " products or services that may be of interest to you",
        (
            "marketing emails",
            "marketing email",
            "marketing e-mails",
            "marketing e-mail",
            "marketing mail",
            "promotional emails",
            "promo emails",
            "email marketing",
            "advertising emails",
            "emails about products",
            "email offers",
            "emailing me",
            "mailing me",
            "email list",
            "your emails",
            "your mails",
            "emails",
            "mails",
        ),
    ),
    Setting(
        "marketing_post",
        "Marketing by post",
        "marketing",
        "communicate with you by email, postal mail, telephone and/or mobile devices or send newsletters about"
        " products or services that may be of interest to you",
        (
            "postal mail",
            "by post",
            "letters",
            "paper mail",
            "snail mail",
            "flyers",
            "mail to my house",
            "direct mail",
            "brochures",
            "catalogues",
            "catalogs",
            "circulars",
        ),
    ),
    Setting(
        "marketing_phone",
        "Marketing by phone or text message",
        "marketing",
        "communicate with you by email, postal mail, telephone and/or mobile devices or send newsletters about"
        " products or services that may be of interest to you",
        (
            "marketing calls",
            "phone marketing",
            "telemarketing",
            "sales calls",
            "cold calls",
            "text messages",
            "texts",
            "sms",
            "calling me",
            "phone calls",
            "marketing by phone",
            "texting me",
            "text me",
            "txts",
            "texting",
            "call list",
            "call me",
            "calls",
            "phoning me",
            "ringing me",
        ),
    ),
    Setting(
        "newsletter",
        "Newsletters",
        "marketing",
        "send newsletters about products or services that may be of interest to you",
        ("newsletter", "newsletters", "news letter", "email digest", "weekly digest", "bulletin", "email program"),
    ),
    Setting(
        "ads_tailoring",
        "Content and advertising tailored to my interests",
        "use",
        "develop and display content and advertising tailored to your interests on our site and other sites",
        (
            "tailored ads",
            "personalised ads",
            "personalized ads",
            "targeted ads",
            "targeted advertising",
            "interest based ads",
            "tailored advertising",
            "tailored content",
            "personalization",
            "personalisation",
            "retargeting",
        ),
    ),
    Setting(
        "research",
        "Research and analysis about my use",
        "use",
        "perform research and analysis about your use of, or interest in, our products, services, or content",
        ("research", "analytics", "usage analysis", "surveys about me", "being studied", "usage research"),
    ),
    Setting(
        "facebook_advice",
        "Facebook Wall posts that ask my friends for advice",
        "facebook",
        "with your explicit opt-in, may publish a message to your Facebook Wall notifying your friends of your use of"
        " the Website and soliciting their advice",
        (
            "facebook advice",
            "asking my friends",
            "ask my friends",
            "asking friends for advice",
            "advice posts",
            "posts asking for advice",
            "asking for advice on facebook",
            "telling my friends",
        ),
        default=False,
    ),
    Setting(
        "facebook_recommendations",
        "Facebook Wall posts about recommendations I give",
        "facebook",
        "may publish a message to your Facebook Wall if you provide input, recommendations, or advice",
        (
            "facebook recommendations",
            "recommendation posts",
            "posting my recommendations",
            "posts about my recommendations",
            "posts of recommendations",
            "my recommendations on facebook",
        ),
        default=False,
    ),
    Setting(
        "service_providers",
        "Companies that run services for us",
        "fixed",
        "We engage certain trusted third parties to perform functions and provide services to us",
        ("service providers", "hosting company", "contractors", "vendors that work for you", "hosting providers"),
        fixed="These companies run the service itself, such as hosting and storage. The policy gives no choice here;"
        " it limits them to what those functions need and binds them by contract to keep your data private.",
    ),
    Setting(
        "legal_disclosure",
        "Disclosure that the law requires",
        "fixed",
        "Outsource.com may provide information to regulatory authorities and law enforcement officials in accordance"
        " with applicable law",
        ("law enforcement", "police", "the government", "authorities", "legal disclosure", "subpoenas", "courts"),
        fixed="What the law requires cannot be switched off.",
    ),
    Setting(
        "business_transfer",
        "Transfer when the business is sold",
        "fixed",
        "In such an event, personal information may be one of the assets transferred.",
        ("business transfer", "business transfers", "merger", "if you are sold", "sale of the company", "bankruptcy"),
        fixed="The policy names no way to opt out of a transfer in a merger, sale or bankruptcy. Deleting your account"
        " is the way to have your information gone before one.",
    ),
    Setting(
        "service_messages",
        "Messages about your service requests",
        "fixed",
        "communicate with you with regard to service requests",
        ("service messages", "order updates", "order status", "service request emails", "account emails"),
        fixed="These are about work you asked for, not marketing, so there is no switch for them.",
    ),
    Setting(
        "cookies",
        "Cookies and pixel tags",
        "fixed",
        "Additional information regarding browser cookies and how to disable them is described below.",
        ("cookies", "cookie", "pixel tags", "pixel tag", "tracking pixels", "web beacons", "tracking cookies"),
        fixed="The policy says how to disable cookies is “described below”, but never describes it. Your browser's own"
        " settings can block or delete cookies.",
    ),
)

# What a person reads, by setting or group key.
ALL_TITLES = {group.key: group.title for group in GROUPS} | {entry.key: entry.title for entry in SETTINGS}
_BY_KEY = {setting.key: setting for setting in SETTINGS}
_GROUP_BY_KEY = {group.key: group for group in GROUPS}


def setting(key: str) -> Setting:
    """The entry with this key.

    Raises:
        UnknownSetting: there is none.
    """
    try:
        return _BY_KEY[key]
    except KeyError:
        raise UnknownSetting("I do not know a setting by that name.") from None


def switchable() -> tuple[Setting, ...]:
    """The entries a person can turn on and off, in catalogue order."""
    return tuple(entry for entry in SETTINGS if entry.fixed is None)


def group_title(key: str) -> str:
    """What a person reads for a group key."""
    return _GROUP_BY_KEY[key].title


def resolve(keys: tuple[str, ...]) -> tuple[Setting, ...]:
    """Setting and group keys to the settings they stand for, in catalogue order, each once.

    Raises:
        UnknownSetting: a key is neither.
        NotSwitchable: a key names something without a switch.
    """
    wanted: set[str] = set()
    for key in keys:
        if key in _GROUP_BY_KEY and key != "fixed":
            wanted.update(entry.key for entry in SETTINGS if entry.group == key)
            continue
        entry = setting(key)
        if entry.fixed is not None:
            raise NotSwitchable(entry.key, entry.fixed)
        wanted.add(entry.key)
    return tuple(entry for entry in SETTINGS if entry.key in wanted)
