// The visible conversation, and apart from it the live region that holds only what is new.
const ANNOUNCE_FOR = 1000;
const SIDES = { person: "person", bot: "bot", staff: "bot staff" };

class Transcript {
  constructor(actions) {
    this.actions = actions;
    this.items = new Map(); // seq → entry
    this.pending = new Map(); // client id → entry
    this.list = el("ol", { class: "list" });
    this.typing = el("div", { class: "typing", hidden: true }, el("span"), el("span"), el("span"));
    const help = el("p", { class: "sr", id: "help" }, t("transcriptHelp"));
    this.root = el(
      "div",
      { class: "transcript", tabindex: "0", role: "region", "aria-label": t("transcript"), "aria-describedby": "help" },
      this.list, this.typing, help,
    );
    this.live = el("div", { class: "sr", "aria-live": "polite", role: "status" });
    this.root.addEventListener("keydown", (event) => this.walk(event));
  }

  clear() {
    this.items.clear();
    this.pending.clear();
    this.list.replaceChildren();
  }

  // A message of the person's that the server has not seen yet.
  addPending(clientId, text) {
    const message = { from: "person", text, client_id: clientId, delivery: "sending", buttons: [], at: "" };
    const entry = { message, node: el("li", { class: "item person", tabindex: "-1" }), order: Infinity };
    this.pending.set(clientId, entry);
    this.list.append(entry.node);
    this.render(entry);
    this.useUp();
    this.toEnd(true);
  }

  upsert(message) {
    let entry = this.items.get(message.seq) || (message.client_id && this.pending.get(message.client_id));
    if (entry) {
      this.pending.delete(message.client_id);
      if (entry.message.delivery !== message.delivery || entry.message.text !== message.text) this.update(entry, message);
      entry.order = message.seq;
      this.items.set(message.seq, entry);
      return false;
    }
    entry = { message, node: el("li", { class: `item ${SIDES[message.from]}`, tabindex: "-1" }), order: message.seq };
    const next = [...this.items.values(), ...this.pending.values()].filter((other) => other.order > message.seq);
    const before = next.sort((a, b) => a.order - b.order)[0];
    this.items.set(message.seq, entry);
    this.list.insertBefore(entry.node, before ? before.node : null);
    this.render(entry);
    if (message.from === "person") this.useUp();
    return true;
  }

  update(entry, message) {
    const atEnd = this.nearEnd;
    entry.message = message;
    this.render(entry);
    this.toEnd(atEnd);
  }

  mark(clientId, delivery, sentence) {
    const entry = this.pending.get(clientId) || [...this.items.values()].find((item) => item.message.client_id === clientId);
    if (entry) this.update(entry, { ...entry.message, delivery, sentence });
  }

  render(entry) {
    const { message, node } = entry;
    const who = el("span", { class: "sr" }, `${speaker(message)}: `);
    node.replaceChildren(who, ...(message.from === "person" ? this.person(message) : botMessage(message, this.actions)));
  }

  person(message) {
    const bubble = el("p", { class: "bubble" }, message.text);
    // "received" and no answer: the server stopped in between. Asking again is safe, it answers an id once.
    const delivery = message.delivery === "received" ? "failed" : message.delivery;
    const words = { sending: t("sending"), waiting: t("waiting"), failed: t("failed") };
    const meta = el("p", { class: `meta ${delivery}` }, words[delivery] || formatTime(message.at));
    if (delivery !== "failed") return [bubble, meta];
    meta.append(" ", button(t("retry"), () => this.actions.retry(message), { class: "link" }));
    return [bubble, meta, el("p", { class: "meta" }, message.sentence || this.actions.failedHelp())];
  }

  // Quick replies count until the person has gone on; after that they stay readable, but do nothing. What belongs to
  // a card that keeps its meaning, such as taking a request back, stays.
  useUp() {
    for (const node of this.list.querySelectorAll(".replies:not(.lasting) button")) disable(node);
  }

  notice(text) {
    this.list.append(el("li", { class: "notice", tabindex: "-1" }, text));
    this.announce(text);
    this.toEnd(true);
  }

  // Something that is no message, at the end.
  add(node) {
    this.list.append(el("li", { class: "item bot", tabindex: "-1" }, node));
    this.toEnd(true);
  }

  setTyping(on) {
    this.typing.hidden = !on;
    if (on) this.toEnd();
  }

  announce(text) {
    this.live.append(el("p", {}, text));
    clearTimeout(this.clearing);
    this.clearing = setTimeout(() => this.live.replaceChildren(), ANNOUNCE_FOR);
  }

  // Whether the person asked something and got an answer.
  get answered() {
    const said = [...this.items.values()].map((entry) => entry.message);
    return said.some((message) => message.from === "person" && message.delivery === "answered");
  }

  get nearEnd() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 160;
  }

  toEnd(always = false) {
    if (always || this.nearEnd) this.root.scrollTop = this.root.scrollHeight;
  }

  // Shows the beginning of what just arrived, however long it is.
  reveal(seq) {
    const entry = this.items.get(seq);
    if (!entry) return;
    const top = entry.node.offsetTop - 16;
    this.root.scrollTop = Math.min(top, this.root.scrollHeight - this.root.clientHeight);
  }

  walk(event) {
    const nodes = [...this.list.children];
    const at = nodes.indexOf(event.target.closest("li"));
    const last = nodes.length - 1;
    const goals = { ArrowUp: at < 0 ? last : Math.max(at - 1, 0), ArrowDown: Math.min(at + 1, last), Home: 0, End: last };
    if (event.key === "Escape") {
      event.stopPropagation();
      this.actions.toInput();
    } else if (event.key in goals && nodes.length && (event.target === this.root || event.target.tagName === "LI")) {
      event.preventDefault();
      nodes[goals[event.key]].focus();
    }
  }
}
