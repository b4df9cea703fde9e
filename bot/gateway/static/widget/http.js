// Plain HTTP: for opening and signing in, and for chatting where no socket gets through.
const POLL_EVERY = 4000;

// Rejects with an error that carries what the server said: `status`, `code`, and a sentence as its message.
async function request(api, token, path, body, method = "POST") {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  if (body) headers["content-type"] = "application/json";
  const options = { method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store" };
  const response = await fetch(api + path, options);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.error || response.statusText), { status: response.status, ...answer });
}

class HttpFallback {
  constructor(connection) {
    this.connection = connection;
  }

  async post(frame) {
    const { connection } = this;
    connection.emit("typing", { on: true });
    try {
      const answer = await connection.request("/api/messages", frame);
      connection.outbox.delete(frame.client_id);
      if (answer.session) connection.moveOn(answer.session);
      if (!answer.session || !answer.session.fresh) for (const message of answer.messages) connection.receive(message);
    } catch (error) {
      if (error.status) connection.refused({ ...error, error: error.message, client_id: frame.client_id });
      else connection.setState("reconnecting");
    } finally {
      connection.emit("typing", { on: false });
    }
  }

  async poll() {
    const { connection } = this;
    try {
      const answer = await connection.request(`/api/messages?after=${connection.lastSeq}`, null, "GET");
      for (const message of answer.messages) connection.receive(message);
      if (connection.state !== "http") {
        connection.setState("http");
        for (const frame of connection.outbox.values()) this.post(frame);
      }
    } catch (error) {
      if (error.status === 401) return connection.end();
      connection.setState("reconnecting");
    }
    this.stop();
    if (!connection.everReady) this.timer = setTimeout(() => this.poll(), POLL_EVERY);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
