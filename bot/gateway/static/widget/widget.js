// Puts everything together. Nothing is stored and nobody is called before the first opening.
class Widget {
  constructor(script) {
    this.api = script.dataset.api || new URL(script.src).origin;
    language = STRINGS[script.dataset.lang] ? script.dataset.lang : "en";
    this.identity = script.dataset.identity || null;
    this.store = new Store(`privacy-assistant:${this.api}`);
    this.connection = new Connection(this.api, this.store);
    this.feedback = new Feedback(this.connection, (text) => this.panel.transcript.announce(text));
    this.panel = new Panel(this.connection, this.actions());
    this.launcher = new Launcher(() => this.toggle());
    this.mount();
    this.listen();
    if (this.store.get("open")) this.open(false);
    else if (script.dataset.open !== undefined) this.open(false);
  }

  mount() {
    this.host = el("div", { id: "privacy-assistant" });
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    root.append(el("div", { class: "root", lang: language }, this.panel.root, this.launcher.root));
    document.body.append(this.host);
  }

  actions() {
    return {
      api: this.api,
      feedback: this.feedback,
      say: (text) => this.send({ type: "say", text }, text),
      press: (item) => this.send({ type: "press", button: item.token }, item.title),
      retry: (message) => this.retry(message),
      openSignIn: (rung) => this.panel.openSignIn(rung),
      toInput: () => this.panel.composer.input.focus(),
      close: () => this.close(),
      failedHelp: () => t("failedHelp", this.contact || { email: "", phone: "" }),
    };
  }

  listen() {
    const on = (type, handler) => this.connection.addEventListener(type, (event) => handler(event.detail));
    on("state", ({ state }) => this.panel.showState(state));
    on("session", (session) => this.showSession(session));
    on("message", (message) => this.show(message));
    on("typing", ({ on: busy }) => this.panel.transcript.setTyping(busy));
    on("notice", ({ text }) => this.panel.transcript.notice(text));
    on("refused", (frame) => this.panel.transcript.mark(frame.client_id, "failed", frame.error));
    on("afresh", () => this.afresh());
  }

  showSession(session) {
    this.contact = session.contact;
    this.feedback.adopt(session);
    this.panel.composer.max = session.limits.text;
    if (session.fresh) {
      this.panel.transcript.clear();
      this.panel.leaveSignIn();
      this.panel.transcript.notice(t("signedOut"));
    }
    this.panel.showIdentity(session.identity, () => this.signOut());
    if (!session.messages.length && !this.connection.lastSeq && !session.fresh) this.panel.transcript.notice(t("welcomeDown"));
    // What was said before a change of page is not news; a greeting, or what follows a sign-in, is.
    this.arriving = !this.connection.lastSeq && session.messages.some((message) => message.from === "person");
    queueMicrotask(() => {
      this.arriving = false;
      this.panel.transcript.toEnd(true);
    });
  }

  show(message) {
    const { transcript } = this.panel;
    const wasAtEnd = transcript.nearEnd;
    const fresh = transcript.upsert(message);
    if (message.from !== "person") transcript.setTyping(false);
    if (!fresh || message.from === "person" || this.arriving) return;
    transcript.announce(spoken(message));
    if (this.panel.root.hidden) this.launcher.count(this.launcher.unread + 1);
    else if (wasAtEnd) transcript.reveal(message.seq);
  }

  send(frame, text) {
    const clientId = randomId();
    const ready = ["ready", "http"].includes(this.connection.state);
    this.panel.transcript.addPending(clientId, text);
    if (!ready) this.panel.transcript.mark(clientId, "waiting");
    else this.panel.transcript.setTyping(true);
    this.frames = (this.frames || new Map()).set(clientId, { ...frame, client_id: clientId });
    this.connection.send(this.frames.get(clientId));
  }

  // A message from before a change of page has no frame any more; its text is what was said.
  retry(message) {
    const frame = (this.frames && this.frames.get(message.client_id)) || { type: "say", text: message.text, client_id: message.client_id };
    this.panel.transcript.mark(message.client_id, "sending");
    this.panel.transcript.setTyping(true);
    this.connection.send(frame);
    this.panel.composer.input.focus();
  }

  async signOut() {
    await this.connection.signIn("/api/sign-out", {}).catch((error) => this.panel.transcript.notice(error.status ? error.message : t("networkError")));
    this.panel.composer.input.focus();
  }

  afresh() {
    this.store.wipe();
    this.feedback.forget();
    this.connection.lastSeq = 0;
    this.connection.outbox.clear();
    this.panel.transcript.clear();
    this.store.set({ open: true });
    this.connection.open(null);
    this.panel.composer.input.focus();
  }

  identify(token) {
    this.identity = token;
    if (this.connection.state === "idle") return;
    this.connection.drop();
    this.connection.state = "idle";
    this.panel.transcript.clear();
    this.connection.lastSeq = 0;
    this.connection.open(token);
  }

  toggle() {
    if (this.panel.root.hidden) this.open(true);
    else this.close();
  }

  open(focus = true) {
    this.panel.root.hidden = false;
    this.launcher.show(true);
    this.store.set({ open: true });
    if (this.connection.state === "idle") {
      this.panel.transcript.setTyping(true);
      this.connection.open(this.identity).finally(() => this.panel.transcript.setTyping(false));
    }
    this.panel.composer.changed();
    this.panel.transcript.toEnd(true);
    if (this.over && !this.feedback.score && !this.feedback.asked) this.panel.transcript.add(this.feedback.scoreForm());
    if (focus) this.panel.composer.input.focus();
  }

  close() {
    this.over = this.panel.transcript.answered;
    this.panel.leaveSignIn();
    this.panel.root.hidden = true;
    this.store.set({ open: false });
    this.launcher.show(false);
    this.launcher.root.focus();
  }
}

const script = document.currentScript;

function start() {
  if (window.PrivacyAssistant) return;
  const widget = new Widget(script);
  window.PrivacyAssistant = Object.freeze({
    open: () => widget.open(),
    close: () => widget.close(),
    identify: (token) => widget.identify(token),
  });
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
