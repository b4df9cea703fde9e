// Every word a person reads, in one table per language. A missing entry falls back to English.
const STRINGS = {
  en: {
    name: "Privacy Assistant",
    launcher: "Privacy questions?",
    openLabel: "Open the Privacy Assistant",
    closeLabel: "Close the Privacy Assistant",
    unread: "{n} new",
    online: "Answers from our policy",
    connecting: "Connecting…",
    reconnecting: "Connection lost. Reconnecting…",
    offline: "You are offline. I will send your messages as soon as you are back.",
    unreachable: "I cannot be reached right now. I keep trying.",
    ended: "This chat has ended, because it went on elsewhere or was open for too long.",
    forbidden: "The assistant is not available on this page: its address is not on the list of allowed ones.",
    startAfresh: "Start a new chat",
    hostRefused: "I could not sign you in automatically. You can still sign in here.",
    signedOut: "You are signed out. This is a new chat.",
    welcomeDown: "Hello. I cannot answer just now, but you can leave your message and send it again in a moment.",
    transcript: "Conversation",
    transcriptHelp: "Use the arrow keys to move between messages and Escape to go back to the text box.",
    you: "You",
    bot: "Assistant",
    joined: "{name} has joined and answers from here. The assistant is quiet.",
    left: "{name} has left. The assistant answers again.",
    typing: "The assistant is writing",
    placeholder: "Ask about your privacy…",
    input: "Your message",
    send: "Send",
    counter: "{n} of {max} characters",
    tooLong: "That is {n} characters and I can take {max}. Please shorten it; nothing is lost.",
    person: "Talk to a person",
    personText: "I would like to talk to a person",
    policy: "Privacy policy",
    sending: "Sending…",
    waiting: "Waiting for the connection…",
    failed: "Not answered.",
    retry: "Try again",
    failedHelp: "I could not answer just now. Your message is kept. You can also write to {email} or call {phone}.",
    signIn: "Sign in",
    signOut: "Sign out",
    account: "Signed in:",
    back: "Back to the chat",
    signInTitle: "Sign in",
    signInLead: "What you type here goes straight to your account and never into the chat.",
    tabPassword: "Password",
    tabCode: "Code by mail",
    email: "E-mail address",
    password: "Password",
    signInButton: "Sign in",
    mailCode: "Mail me a code",
    codeLead: "If {email} can receive mail, a six-digit code is on its way. It works for ten minutes.",
    code: "Six-digit code",
    proveCode: "Confirm the code",
    newCode: "Send a new code",
    otherAddress: "Use another address",
    codeSent: "The code is on its way.",
    fillEmail: "Please type your e-mail address.",
    fillPassword: "Please type your password.",
    fillCode: "Please type the six digits from the mail.",
    working: "One moment…",
    networkError: "That did not get through. Check your connection and try again.",
    openSignIn: "Sign in",
    openCode: "Get a code by mail",
    openEither: "Sign in or get a code",
    quoteFrom: "From the policy, word for word",
    nearest: "The nearest the policy comes",
    readThere: "Read it in the policy",
    morePassages: "More from the policy",
    effective: "{title}, in force since {date}",
    on: "On",
    off: "Off",
    locked: "Cannot be switched",
    request: "Your request",
    reference: "Reference",
    state: "Status",
    due: "Answer due",
    kind: "Kind",
    contact: "How to reach a person",
    mailUs: "E-mail",
    callUs: "Phone",
    empty: "not given",
    newTab: "opens in a new tab",
    thumbs: "Was this helpful?",
    thumbUp: "Helpful",
    thumbDown: "Not helpful",
    thanks: "Thank you.",
    scoreAsk: "How was this conversation?",
    score1: "1, very bad",
    score2: "2, bad",
    score3: "3, so-so",
    score4: "4, good",
    score5: "5, very good",
  },
};

let language = "en";

function t(key, values = {}) {
  const text = (STRINGS[language] || STRINGS.en)[key] ?? STRINGS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function formatDate(iso) {
  const date = new Date(iso.length === 10 ? `${iso}T12:00:00` : iso);
  return isNaN(date) ? iso : date.toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric" });
}

function formatTime(iso) {
  const date = new Date(iso);
  return isNaN(date) ? "" : date.toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
}

function formatNumber(number) {
  return number.toLocaleString(language);
}
