// The button that opens the panel, with the number of unread messages.
class Launcher {
  constructor(toggle) {
    this.unread = 0;
    this.open = false;
    this.badge = el("span", { class: "badge", hidden: true });
    this.root = button("", toggle, { class: "launcher", "aria-controls": "panel" });
    this.root.append(icon("shield"), el("span", {}, t("launcher")), this.badge);
    this.render();
  }

  show(open) {
    this.open = open;
    this.unread = 0;
    this.render();
  }

  count(unread) {
    this.unread = unread;
    this.render();
  }

  render() {
    const unread = this.unread ? ` (${t("unread", { n: this.unread })})` : "";
    this.badge.hidden = !this.unread;
    this.badge.textContent = this.unread > 9 ? "9+" : String(this.unread);
    this.root.setAttribute("aria-expanded", String(this.open));
    this.root.setAttribute("aria-label", (this.open ? t("closeLabel") : `${t("launcher")} ${t("openLabel")}`) + unread);
    this.root.classList.toggle("open", this.open);
  }
}
