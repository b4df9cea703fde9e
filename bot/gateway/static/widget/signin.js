// The sign-in panel: passwords and codes are typed here, never in the chat.
class SignIn {
  constructor(connection, close) {
    this.connection = connection;
    this.close = close;
    this.root = el("section", { class: "signin", "aria-labelledby": "signin-title", hidden: true });
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  open(rung) {
    this.method = rung === "password" ? "password" : "code";
    this.codeOnly = rung === "fresh_code";
    this.sentTo = "";
    this.render();
    this.root.hidden = false;
    this.root.querySelector("input").focus();
  }

  hide() {
    this.root.hidden = true;
    this.root.replaceChildren(); // a typed password must not stay in the page
  }

  render() {
    const back = button(t("back"), () => this.close(), { class: "link back" });
    back.prepend(icon("back"));
    this.error = el("p", { class: "error", role: "alert", id: "signin-error" });
    this.root.replaceChildren(
      back,
      el("h2", { id: "signin-title" }, t("signInTitle")),
      el("p", { class: "lead" }, t("signInLead")),
      ...(this.codeOnly ? [] : [this.tabs()]),
      this.form(),
    );
  }

  tabs() {
    const tab = (method, label) => {
      const chosen = this.method === method;
      return button(label, () => this.choose(method), {
        role: "tab", id: `tab-${method}`, "aria-selected": String(chosen), "aria-controls": "signin-form", tabindex: chosen ? "0" : "-1",
      });
    };
    const list = el("div", { class: "tabs", role: "tablist", "aria-label": t("signInTitle") }, tab("code", t("tabCode")), tab("password", t("tabPassword")));
    list.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
      event.preventDefault();
      const goals = { Home: "code", End: "password" };
      this.choose(goals[event.key] || (this.method === "code" ? "password" : "code"));
    });
    return list;
  }

  choose(method) {
    this.method = method;
    this.render();
    this.root.querySelector(`#tab-${method}`).focus();
  }

  form() {
    const fields = { password: () => this.passwordFields(), code: () => (this.sentTo ? this.codeFields() : this.emailFields()) }[this.method]();
    const props = this.codeOnly ? {} : { role: "tabpanel", "aria-labelledby": `tab-${this.method}` };
    const form = el("form", { novalidate: true, onsubmit: (event) => this.submit(event) }, fields, this.error, this.submitButton, this.extra);
    return el("div", { id: "signin-form", ...props }, form);
  }

  field(name, label, props) {
    const input = el("input", { id: `signin-${name}`, name, "aria-describedby": "signin-error", ...props });
    return el("div", { class: "field" }, el("label", { for: input.id }, label), input);
  }

  submitWith(label, action) {
    this.submitButton = el("button", { type: "submit", class: "primary wide" }, label);
    this.action = action;
    this.extra = null;
  }

  passwordFields() {
    this.submitWith(t("signInButton"), async ({ email, password }) => {
      if (!email) throw this.missing("email", t("fillEmail"));
      if (!password) throw this.missing("password", t("fillPassword"));
      await this.connection.signIn("/api/sign-in", { email, password });
      this.close(true);
    });
    return [
      this.field("email", t("email"), { type: "email", autocomplete: "username", value: this.email || "" }),
      this.field("password", t("password"), { type: "password", autocomplete: "current-password" }),
    ];
  }

  emailFields() {
    this.submitWith(t("mailCode"), async ({ email }) => {
      if (!email) throw this.missing("email", t("fillEmail"));
      await this.mail(email);
      this.render();
      this.root.querySelector("input").focus();
    });
    return [this.field("email", t("email"), { type: "email", autocomplete: "username", value: this.email || "" })];
  }

  codeFields() {
    this.submitWith(t("proveCode"), async ({ digits }) => {
      if (!digits) throw this.missing("digits", t("fillCode"));
      await this.connection.signIn("/api/code/prove", { digits });
      this.close(true);
    });
    const again = button(t("newCode"), () => this.run(async () => {
      await this.mail(this.sentTo);
      this.say(t("codeSent"), false);
    }), { class: "link" });
    const other = button(t("otherAddress"), () => {
      this.sentTo = "";
      this.choose("code");
      this.root.querySelector("input").focus();
    }, { class: "link" });
    this.extra = el("p", { class: "extra" }, again, other);
    return [
      el("p", { class: "lead" }, t("codeLead", { email: this.sentTo })),
      this.field("digits", t("code"), { type: "text", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "12", class: "code" }),
    ];
  }

  async mail(email) {
    await this.connection.request("/api/code", { email });
    this.sentTo = this.email = email;
  }

  missing(name, sentence) {
    this.root.querySelector(`#signin-${name}`).focus();
    return Object.assign(new Error(sentence), { status: 400 });
  }

  submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const values = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, name === "password" ? value : value.trim()]));
    this.email = values.email || this.email;
    this.run(() => this.action(values));
  }

  async run(action) {
    this.busy = true;
    const pressed = this.submitButton;
    const label = pressed.textContent;
    disable(pressed);
    pressed.textContent = t("working");
    this.say("");
    try {
      await action();
    } catch (error) {
      this.say(error.status ? error.message : t("networkError"), true);
    } finally {
      this.busy = false;
      disable(pressed, false);
      pressed.textContent = label;
    }
  }

  say(text, bad = true) {
    this.error.textContent = text;
    this.error.classList.toggle("good", !bad);
    for (const input of this.root.querySelectorAll("input")) input.setAttribute("aria-invalid", String(Boolean(text) && bad));
  }
}
