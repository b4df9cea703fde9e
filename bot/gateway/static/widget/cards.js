// What the assistant says: text, cards, quick replies.
const CARDS = { answer: answerCard, settings: settingsCard, request: requestCard, profile: profileCard, contact: contactCard };

function botMessage(message, actions) {
  const card = message.card || {};
  if (message.from === "staff") return staffMessage(message, card, actions);
  const parts = [];
  if (card.type !== "answer") parts.push(el("p", { class: "bubble" }, introduction(message)));
  if (CARDS[card.type]) parts.push(CARDS[card.type](card, message, actions));
  if (card.type === "sign_in") parts.push(signInOffer(card, actions));
  const replies = card.type === "settings" ? leftOver(card, message) : message.buttons;
  if (replies.length) parts.push(quickReplies(replies, actions, card.type === "request"));
  return parts;
}

// The text is complete for channels without cards; where a card repeats it, the first line is enough.
function introduction(message) {
  const repeats = message.card && ["settings", "request", "profile", "contact"].includes(message.card.type);
  return repeats ? message.text.split("\n")[0] : message.text;
}

// A person of the company joined, left, or says something.
function staffMessage(message, card, actions) {
  const change = { joined: t("joined", card), left: t("left", card) }[card.type];
  if (change) return [el("p", { class: "notice" }, change), card.type === "left" ? actions.feedback.scoreForm() : null].filter(Boolean);
  return [el("p", { class: "label", "aria-hidden": "true" }, card.name), el("p", { class: "bubble" }, message.text)];
}

function speaker(message) {
  if (message.from === "person") return t("you");
  return (message.from === "staff" && message.card && message.card.name) || t("bot");
}

function spoken(message) {
  const card = message.card || {};
  if (message.from === "staff") return { joined: t("joined", card), left: t("left", card) }[card.type] || `${card.name}: ${message.text}`;
  if (card.type !== "answer") return message.text;
  const quotes = (card.quotes || []).slice(0, 1).map((quote) => `“${quote.text}” ${quote.section}`);
  return [card.lead, ...quotes].join(" ");
}

function quickReplies(buttons, actions, lasting) {
  const group = el("div", { class: lasting ? "replies lasting" : "replies" });
  for (const item of buttons) {
    const node = button(item.title, () => {
      node.classList.add("chosen");
      actions.press(item);
    }, { class: "reply" });
    group.append(node);
  }
  return group;
}

function answerCard(card, message, actions) {
  const policy = card.policy || {};
  const quotes = (card.quotes || []).map((quote) => quoteBlock(quote, policy, actions));
  const certain = card.outcome === "answered" || card.outcome === "partly";
  const label = quotes.length ? el("p", { class: "label" }, certain ? t("quoteFrom") : t("nearest")) : null;
  const more = quotes.length > 2 ? el("details", {}, el("summary", {}, t("morePassages")), quotes.slice(2)) : null;
  const date = policy.effective ? formatDate(policy.effective) : "";
  return el(
    "div", { class: "answer" },
    el("p", { class: "bubble" }, card.lead || message.text),
    quotes.length ? el("div", { class: "card" }, label, quotes.slice(0, 2), more,
      date && el("p", { class: "source" }, t("effective", { title: policy.title, date }))) : null,
    actions.feedback.thumbs(message.seq),
  );
}

function quoteBlock(quote, policy, actions) {
  const version = policy.version ? `/${encodeURIComponent(policy.version.slice(0, 12))}` : "";
  const href = `${actions.api}/policy/${encodeURIComponent(policy.id || "")}${version}#${encodeURIComponent(quote.anchor)}`;
  const link = el("a", { href, target: "_blank", rel: "noopener" }, t("readThere"), el("span", { class: "sr" }, ` (${t("newTab")})`));
  return el(
    "figure", {},
    el("blockquote", {}, quote.text),
    el("figcaption", {}, el("span", {}, quote.section), link),
  );
}

function settingsCard(card, message, actions) {
  const groups = (card.groups || []).map((group) =>
    el("section", {}, el("h3", {}, group.title), el("ul", {}, group.items.map((item) => settingRow(item, message, actions)))));
  return el("div", { class: "card settings" }, groups);
}

function settingRow(item, message, actions) {
  const id = `s${message.seq}-${item.key}`;
  const title = el("span", { id }, item.title);
  const press = message.buttons[item.button];
  if (item.locked || !press) {
    const why = el("span", { class: "why" }, item.why || t("locked"));
    return el("li", {}, el("div", { class: "what" }, title, why), el("span", { class: "locked" }, icon("lock"), item.on ? t("on") : t("off")));
  }
  const knob = button("", () => {
    const on = knob.getAttribute("aria-checked") !== "true";
    knob.setAttribute("aria-checked", String(on));
    disable(knob);
    actions.press(press);
  }, { class: "switch", role: "switch", "aria-checked": String(Boolean(item.on)), "aria-labelledby": id });
  return el("li", {}, el("div", { class: "what" }, title), knob);
}

// Buttons of a settings card that are no switches.
function leftOver(card, message) {
  const used = new Set((card.groups || []).flatMap((group) => group.items.map((item) => item.button)));
  return message.buttons.filter((_, index) => !used.has(index));
}

function facts(title, rows) {
  const list = rows.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return el("div", { class: "card facts" }, title ? el("p", { class: "label" }, title) : null, el("dl", {}, list));
}

function requestCard(card) {
  const words = (text) => String(text || "").replace(/_/g, " ").replace(/^./, (first) => first.toUpperCase());
  return facts(t("request"), [
    [t("reference"), card.reference],
    [t("kind"), words(card.kind)],
    [t("state"), words(card.state)],
    [t("due"), card.due ? formatDate(card.due) : ""],
  ]);
}

function profileCard(card) {
  return facts("", (card.items || []).map((item) => [item.title, item.value || t("empty")]));
}

function contactCard(card) {
  const mail = card.email && el("a", { href: `mailto:${card.email}` }, card.email);
  const phone = card.phone && el("a", { href: `tel:${card.phone.replace(/[^\d+]/g, "")}` }, card.phone);
  return facts(t("contact"), [[t("mailUs"), mail], [t("callUs"), phone]]);
}

function signInOffer(card, actions) {
  const label = { password: t("openSignIn"), fresh_code: t("openCode") }[card.rung] || t("openEither");
  return el("div", { class: "offer" }, button(label, () => actions.openSignIn(card.rung), { class: "primary" }));
}
