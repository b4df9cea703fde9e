// Where the person writes. A text that is too long stays where it is.
const COUNT_FROM = 0.8;

class Composer {
  constructor(actions) {
    this.actions = actions;
    this.max = 4000;
    this.input = el("textarea", { id: "input", rows: "1", placeholder: t("placeholder"), "aria-label": t("input"), "aria-describedby": "counter", autocomplete: "off" });
    this.counter = el("p", { class: "counter", id: "counter" });
    this.sendButton = el("button", { type: "submit", class: "send", "aria-label": t("send") }, icon("send"));
    this.root = el("form", { class: "composer", novalidate: true }, el("div", { class: "box" }, this.input, this.sendButton), this.counter);
    this.root.addEventListener("submit", (event) => this.submit(event));
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.changed();
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    if (event.key === "Escape" && !this.input.value) this.actions.close();
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return this.input.focus();
    if (this.length > this.max) {
      this.root.classList.add("refused");
      return this.changed();
    }
    this.input.value = "";
    this.changed();
    this.actions.say(text);
  }

  get length() {
    return [...this.input.value.trim()].length;
  }

  changed() {
    const over = this.length > this.max;
    if (!over) this.root.classList.remove("refused");
    const numbers = { n: formatNumber(this.length), max: formatNumber(this.max) };
    const near = this.length > this.max * COUNT_FROM;
    this.counter.textContent = over ? t("tooLong", numbers) : near ? t("counter", numbers) : "";
    this.counter.classList.toggle("over", over);
    this.counter.setAttribute("aria-live", this.root.classList.contains("refused") ? "assertive" : "off");
    this.input.setAttribute("aria-invalid", String(over));
    disable(this.sendButton, !this.input.value.trim() || over);
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }
}
