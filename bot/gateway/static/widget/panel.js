// The panel: header, banner, conversation, text box, sign-in.
class Panel {
  constructor(connection, actions) {
    this.connection = connection;
    this.transcript = new Transcript(actions);
    this.composer = new Composer(actions);
    this.signIn = new SignIn(connection, (done) => this.leaveSignIn(done));
    this.status = el("p", { class: "status" });
    this.banner = el("div", { class: "banner", role: "status", hidden: true });
    this.account = el("span");
    this.chat = el("div", { class: "chat" }, this.transcript.root, this.composer.root, this.footer(actions));
    this.root = el(
      "section", { class: "panel", id: "panel", role: "dialog", "aria-label": t("name"), hidden: true },
      el("div", { class: "head" },
        el("span", { class: "mark" }, icon("shield")),
        el("div", { class: "title" }, el("h2", {}, t("name")), this.status),
        this.account,
        el("button", { type: "button", class: "close", "aria-label": t("closeLabel"), onclick: actions.close }, icon("close"))),
      this.banner, this.chat, this.signIn.root, this.transcript.live,
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.root.contains(event.target) && event.target !== this.composer.input) this.composer.input.focus();
    });
  }

  footer(actions) {
    return el(
      "p", { class: "footer" },
      button(t("person"), () => actions.say(t("personText")), { class: "link" }),
      el("a", { href: `${actions.api}/policy`, target: "_blank", rel: "noopener" }, t("policy"), el("span", { class: "sr" }, ` (${t("newTab")})`)),
    );
  }

  showState(state) {
    const lost = { reconnecting: navigator.onLine ? t(this.connection.everReady ? "reconnecting" : "unreachable") : t("offline"), ended: t("ended"), forbidden: t("forbidden") }[state];
    this.state = state;
    this.showStatus();
    this.banner.hidden = !lost;
    this.banner.replaceChildren(lost || "");
    if (state === "ended") this.banner.append(" ", button(t("startAfresh"), () => this.connection.emit("afresh"), { class: "link" }));
    if (state === "reconnecting" || state === "ended") this.transcript.setTyping(false);
  }

  showIdentity(identity, signOut) {
    this.email = identity.email;
    this.showStatus();
    const action = this.email
      ? button(t("signOut"), signOut, { class: "quiet" })
      : button(t("signIn"), () => this.openSignIn(), { class: "quiet" });
    this.account.replaceChildren(action);
    if (this.email) for (const offer of this.transcript.list.querySelectorAll(".offer button")) disable(offer);
  }

  showStatus() {
    const who = this.email ? [el("span", { class: "sr" }, `${t("account")} `), this.email] : [t("online")];
    this.status.replaceChildren(...(this.state === "connecting" ? [t("connecting")] : who));
  }

  openSignIn(rung) {
    if (this.connection.state === "ended") return;
    this.opener = this.root.getRootNode().activeElement;
    this.chat.hidden = true;
    this.signIn.open(rung);
  }

  leaveSignIn(done = false) {
    if (this.signIn.root.hidden) return;
    this.signIn.hide();
    this.chat.hidden = false;
    this.transcript.toEnd(true);
    const opener = !done && this.opener && this.opener.isConnected ? this.opener : this.composer.input;
    opener.focus();
  }
}
