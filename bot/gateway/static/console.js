// Keys, live pages and drafts. Every page works without this file, only slower.
"use strict";

const one = (selector) => document.querySelector(selector);
const typing = (target) => target.matches("input, textarea, select, [contenteditable]");

let going = false;

function walk(step) {
  const links = [...document.querySelectorAll("[data-row] a, [data-row] input:not([type=hidden])")];
  const rows = links.filter((link, at) => at === 0 || link.closest("[data-row]") !== links[at - 1].closest("[data-row]"));
  if (!rows.length) return;
  const at = rows.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
}

function press(key) {
  const button = one(`[data-key="${key}"]`);
  if (button) button.form.requestSubmit(button);
}

function unfold(key) {
  const summary = one(`[data-key-open="${key}"]`);
  if (!summary) return;
  summary.parentElement.open = true;
  summary.parentElement.querySelector("select, textarea").focus();
}

const KEYS = {
  "?": () => one("#help")?.showModal(),
  "/": () => one("[data-search]")?.focus(),
  m: () => one("[data-message]")?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
  t: () => press("t"),
  b: () => press("b"),
  y: () => one("[data-key=y]")?.focus(),
  o: () => one("[data-key=o]")?.focus(),
  d: () => unfold("d"),
  x: () => unfold("x"),
  h: () => unfold("h"),
  e: () => unfold("e"),
};

addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) return event.target.form.requestSubmit();
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (going) {
    going = false;
    return one(`[data-go="${CSS.escape(event.key)}"]`)?.click();
  }
  going = event.key === "g";
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

one("#show-help")?.addEventListener("click", KEYS["?"]);

// Drafts: copied, or put into the reply; never sent by themselves.
function put(text) {
  const reply = one("#text");
  reply.value = [reply.value.trim(), text].filter(Boolean).join("\n\n");
  reply.focus();
}

addEventListener("click", (event) => {
  const { copy, use, insert } = event.target.dataset ?? {};
  if (copy) navigator.clipboard?.writeText(one(`#${copy}`).value).then(() => (event.target.textContent = "Copied"));
  if (use) put(one(`#${use}`).value);
  if (insert) put(insert);
});

// Looking something up beside a conversation keeps the conversation where it is.
one("form[data-into]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "1" } });
  if (response.status === 401) return location.reload();
  const into = one(`#${form.dataset.into}`);
  into.innerHTML = await response.text();
  for (const button of into.querySelectorAll("[data-use]")) button.hidden = !one("#text");
});

// Live.
const thread = one("#thread");

async function catchUp() {
  const last = thread.lastElementChild?.dataset.seq ?? 0;
  const response = await fetch(`${thread.dataset.live}/messages?after=${last}`);
  if (!response.ok) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await response.text();
  const changed = fresh.content.querySelector(".event") !== null;
  for (const item of [...fresh.content.children]) {
    if (!thread.querySelector(`[data-seq="${item.dataset.seq}"]`)) thread.append(item);
  }
  thread.scrollTop = thread.scrollHeight;
  // Somebody took over or gave back: the buttons change. What is being written is kept.
  if (changed && !one("#text")?.value) location.reload();
}

function watch(thread) {
  let queue = Promise.resolve();
  const events = new EventSource(`${thread.dataset.live}/events`);
  const next = () => (queue = queue.then(catchUp).catch(() => {}));
  events.addEventListener("open", next);
  events.addEventListener("message", next);
  events.addEventListener("presence", (event) => {
    const names = JSON.parse(event.data);
    one("#presence").textContent = names.length ? `Also here: ${names.join(", ")}` : "";
  });
  thread.scrollTop = thread.scrollHeight;
}

if (thread) watch(thread);

const news = one("#news");
if (news) new EventSource(news.dataset.events).addEventListener("message", () => (news.hidden = false));
