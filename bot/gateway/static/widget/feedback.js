// What the person thinks: thumbs on answers, and a score when a chat with a person is over or the panel was closed.
const BEST_SCORE = 5;

class Feedback {
  constructor(connection, say) {
    this.connection = connection;
    this.say = say;
    this.forget();
  }

  forget() {
    this.ratings = {};
    this.score = null;
    this.asked = false;
  }

  // What was thought before a change of page.
  adopt(session) {
    if (session.fresh) this.forget();
    if (!session.feedback) return;
    this.ratings = { ...session.feedback.ratings };
    this.score = session.feedback.score;
  }

  // Thumbs below an answer; the one that is pressed can be taken back.
  thumbs(seq) {
    const make = (up, label, shape) => {
      const node = button("", () => this.rate(seq, this.ratings[seq] === up ? null : up, nodes), { class: "thumb", "aria-label": label, "aria-pressed": "false" });
      node.append(icon(shape));
      return node;
    };
    const nodes = [make(true, t("thumbUp"), "up"), make(false, t("thumbDown"), "down")];
    this.mark(seq, nodes);
    return el("div", { class: "thumbs", role: "group", "aria-label": t("thumbs") }, nodes);
  }

  mark(seq, [up, down]) {
    up.setAttribute("aria-pressed", String(this.ratings[seq] === true));
    down.setAttribute("aria-pressed", String(this.ratings[seq] === false));
  }

  async rate(seq, up, nodes) {
    const before = this.ratings[seq];
    this.ratings[seq] = up;
    this.mark(seq, nodes);
    const kept = await this.send("/api/rating", { seq, up });
    if (kept) return up !== null && this.say(t("thanks"));
    this.ratings[seq] = before;
    this.mark(seq, nodes);
  }

  // From 1 to 5; the newest word counts.
  scoreForm() {
    this.asked = true;
    const legend = el("p", { class: "label", id: `score-${randomId()}` }, t("scoreAsk"));
    const nodes = Array.from({ length: BEST_SCORE }, (_, at) =>
      button(String(at + 1), () => this.give(at + 1, nodes, thanks), { class: "point", "aria-label": t(`score${at + 1}`), "aria-pressed": String(this.score === at + 1) }));
    const thanks = el("p", { class: "meta", hidden: !this.score }, t("thanks"));
    const ends = el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, t("score1").slice(3)), el("span", {}, t("score5").slice(3)));
    return el("div", { class: "card score" }, legend, el("div", { class: "points", role: "group", "aria-labelledby": legend.id }, nodes), ends, thanks);
  }

  async give(score, nodes, thanks) {
    const before = this.score;
    const mark = () => nodes.forEach((node, at) => node.setAttribute("aria-pressed", String(this.score === at + 1)));
    this.score = score;
    mark();
    if (await this.send("/api/score", { score })) {
      thanks.hidden = false;
      return this.say(t("thanks"));
    }
    this.score = before;
    mark();
  }

  async send(path, body) {
    try {
      await this.connection.request(path, body);
      return true;
    } catch (error) {
      this.say(error.status ? error.message : t("networkError"));
      return false;
    }
  }
}
