// The line to the server: a WebSocket with back-off.
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const SOCKET_TRIES = 2;

class Connection extends EventTarget {
  constructor(api, store) {
    super();
    this.api = api;
    this.store = store;
    this.lastSeq = 0;
    this.state = "idle"; // idle | connecting | ready | reconnecting | http | ended | forbidden
    this.outbox = new Map(); // client id → frame, until the server says it is done
    this.failures = 0;
    this.everReady = false;
    this.fallback = new HttpFallback(this);
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.setState(this.state));
  }

  emit(type, detail = {}) {
    this.dispatchEvent(Object.assign(new Event(type), { detail }));
  }

  setState(state) {
    this.state = state;
    this.emit("state", { state });
  }

  request(path, body, method) {
    return request(this.api, this.store.get("token"), path, body, method);
  }

  // Opens or resumes the conversation. Rejects only when the host page's word was refused.
  async open(identity) {
    if (this.state !== "idle" && this.state !== "ended") return;
    this.setState("connecting");
    for (;;) {
      try {
        this.adopt(await this.request("/api/session", identity ? { identity } : {}));
        return;
      } catch (error) {
        if (identity && error.status && error.status < 500) {
          identity = null;
          this.emit("notice", { text: t("hostRefused") });
          continue;
        }
        if (error.status === 403) return this.setState("forbidden");
        this.failures += 1;
        this.setState("reconnecting");
        await this.pause();
      }
    }
  }

  // Takes over a session the server gave us, and connects with its token.
  adopt(session) {
    this.store.set({ token: session.token });
    if (session.fresh) {
      this.lastSeq = 0;
      this.outbox.clear();
    }
    this.emit("session", session);
    for (const message of session.messages) this.receive(message);
    this.failures = 0;
    this.connect();
  }

  receive(message) {
    this.lastSeq = Math.max(this.lastSeq, message.seq);
    this.emit("message", message);
  }

  connect() {
    this.drop();
    const socket = new WebSocket(this.api.replace(/^http/, "ws") + "/api/socket");
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.store.get("token"), after: this.lastSeq }));
    socket.onmessage = (event) => this.socket === socket && this.take(JSON.parse(event.data));
    socket.onclose = () => this.socket === socket && this.lost();
  }

  drop() {
    clearTimeout(this.timer);
    this.fallback.stop();
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
  }

  take(frame) {
    if (frame.type === "ready") {
      this.failures = 0;
      this.everReady = true;
      for (const message of frame.messages) this.receive(message);
      this.setState("ready");
      for (const waiting of this.outbox.values()) this.socket.send(JSON.stringify(waiting));
    } else if (frame.type === "message") this.receive(frame.message);
    else if (frame.type === "typing") this.emit("typing", frame);
    else if (frame.type === "done") this.finish(frame.client_id);
    else if (frame.type === "session") this.moveOn(frame);
    else if (frame.type === "error") this.refused(frame);
  }

  // An identity change made in the chat: this socket goes on, with a new token.
  moveOn(session) {
    if (session.fresh) return this.adopt(session);
    this.store.set({ token: session.token });
    this.emit("session", session);
  }

  refused(frame) {
    if (frame.code && frame.code.startsWith("token_")) return this.end();
    this.outbox.delete(frame.client_id);
    this.emit("typing", { on: false });
    this.emit("refused", frame);
  }

  finish(clientId) {
    this.outbox.delete(clientId);
    this.emit("typing", { on: false });
  }

  lost() {
    this.failures += 1;
    if (this.state === "ended" || this.pausedForSignIn) return;
    if (!this.everReady && this.failures >= SOCKET_TRIES) this.fallback.poll();
    else this.setState("reconnecting");
    this.timer = setTimeout(() => this.connect(), this.wait());
  }

  wait() {
    const longest = Math.min(FIRST_WAIT * 2 ** (this.failures - 1), LONGEST_WAIT);
    return longest * (0.5 + Math.random() / 2);
  }

  pause() {
    return new Promise((resolve) => {
      this.hurryUp = resolve;
      setTimeout(resolve, this.wait());
    });
  }

  hurry() {
    if (this.hurryUp) this.hurryUp();
    if (this.state === "reconnecting" && this.store.get("token") && !this.hurryUp) this.connect();
    this.setState(this.state);
  }

  end() {
    this.setState("ended");
    this.drop();
    this.store.wipe();
  }

  // Sends, or keeps until there is a connection. The server answers a client id once, however often it arrives.
  send(frame) {
    this.outbox.set(frame.client_id, frame);
    if (this.state === "ready") this.socket.send(JSON.stringify(frame));
    else if (this.state === "http") this.fallback.post(frame);
  }

  // The server closes every socket when the identity changes; ours must not take that for the end.
  async signIn(path, body) {
    this.pausedForSignIn = true;
    try {
      this.adopt(await this.request(path, body));
    } catch (error) {
      if (error.code && error.code.startsWith("token_")) this.end();
      else if (!this.socket || this.socket.readyState > 1) this.connect();
      throw error;
    } finally {
      this.pausedForSignIn = false;
    }
  }
}
