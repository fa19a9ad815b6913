// Saves the reloading in the chat: sends the form by itself, and asks for what is new while the page is in sight.
"use strict";
(() => {
  const form = document.getElementById("ask");
  const text = document.getElementById("text");
  const files = document.getElementById("files");
  const list = document.getElementById("messages");
  const progress = document.getElementById("progress");
  const chosen = document.getElementById("chosen");
  const upload = document.getElementById("upload");
  const said = form.dataset;
  const EVERY = 2000;
  let sending = false;
  let unsent = null;
  let timer = 0;

  const element = (name, className, words) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (words) made.textContent = words;
    return made;
  };

  const randomId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const lastId = () => Array.from(list.querySelectorAll("[data-id]")).at(-1)?.dataset.id ?? "";

  const withoutPending = () => list.querySelectorAll(".pending").forEach((item) => item.remove());

  // The server made these items, as it makes those of the page.
  const append = (html) => {
    const known = new Set(Array.from(list.querySelectorAll("[data-id]"), (item) => item.dataset.id));
    const items = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html").querySelectorAll("ol > li");
    const fresh = Array.from(items).filter((item) => !known.has(item.dataset.id));
    if (!fresh.some((item) => item.dataset.id)) return;
    withoutPending();
    document.querySelector(".welcome")?.remove();
    list.append(...fresh);
    // From the question on, so that a long answer is read from its beginning.
    fresh[0].scrollIntoView({ block: "start" });
  };

  const fetchNew = async () => {
    const answer = await fetch(`/chat/new?after=${encodeURIComponent(lastId())}`, { cache: "no-store" });
    // The messages here are no longer those of who is signed in now.
    if (answer.status === 409) location.reload();
    else if (answer.status === 200) append(await answer.text());
  };

  const poll = async () => {
    clearTimeout(timer);
    if (document.hidden || !said.live) return;
    if (!sending) await fetchNew().catch(() => {});
    timer = setTimeout(poll, EVERY);
  };

  const tell = (words, refused) => {
    progress.textContent = words;
    progress.classList.toggle("refused", Boolean(refused));
  };

  // Sends a form and tells how much of its files is on its way; only this kind of request can.
  const sent = (body, hasFiles) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/chat");
      request.setRequestHeader("Accept", "application/json");
      upload.hidden = !hasFiles;
      request.upload.addEventListener("progress", (event) => {
        if (hasFiles && event.lengthComputable) upload.value = Math.round((100 * event.loaded) / event.total);
      });
      request.addEventListener("loadend", () => {
        upload.hidden = true;
        upload.value = 0;
      });
      request.addEventListener("error", () => reject(new TypeError("not sent")));
      request.addEventListener("load", () => {
        try {
          resolve({ ok: request.status === 200, ...JSON.parse(request.responseText) });
        } catch {
          reject(new TypeError("not understood"));
        }
      });
      request.send(body);
    });

  const bodyOf = (button) => {
    const body = new FormData(form);
    if (button) {
      for (const name of ["text", "files", "reply_to"]) body.delete(name);
      body.set(button.name, button.value);
    }
    return body;
  };

  const contentOf = (body) =>
    Array.from(body, ([name, value]) => (name === "message_id" ? "" : `${name}=${value.name ?? value}/${value.size ?? ""}`)).join("\n");

  const pending = (words) => {
    const item = element("li", "message person pending");
    const who = element("p", "who");
    who.append(element("span", "", said.you));
    const body = element("div", "said");
    body.append(element("p", "words", words));
    item.append(who, body);
    list.append(item);
    item.scrollIntoView({ block: "nearest" });
  };

  const markPressed = (button) => {
    if (button.name !== "button" || button.classList.contains("pressed")) return;
    const mark = element("span", "mark", "✓ ");
    mark.setAttribute("aria-hidden", "true");
    button.classList.add("pressed");
    button.prepend(mark);
    button.append(element("span", "unseen", ` (${said.pressed})`));
  };

  const emptied = () => {
    text.value = files.value = "";
    files.closest("details").open = false;
    form.querySelector(".replying")?.remove();
    showChosen();
  };

  const send = async (button, words) => {
    const body = bodyOf(button);
    const hasFiles = !button && files.files.length > 0;
    // What could not be sent goes again under the same id, so that it counts once.
    const content = contentOf(body);
    unsent = unsent?.content === content ? unsent : { content, id: randomId() };
    body.set("message_id", unsent.id);
    sending = true;
    tell(hasFiles ? said.sending : said.working);
    pending(words);
    try {
      const answer = await sent(body, hasFiles);
      if (answer.reload) return location.reload();
      if (!answer.ok) throw new Error(answer.error);
      unsent = null;
      if (button) markPressed(button);
      else emptied();
      tell("");
    } catch (error) {
      tell(error instanceof TypeError ? said.notSent : error.message, true);
      withoutPending();
    }
    sending = false;
    await fetchNew().catch(() => {});
  };

  const showChosen = () => {
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    const size = (bytes) =>
      bytes < 1048576 ? `${number.format(Math.ceil(bytes / 1024))} KB` : `${number.format(bytes / 1048576)} MB`;
    chosen.replaceChildren(
      ...Array.from(files.files, (file) => element("li", "", `${file.name} (${size(file.size)})`)),
    );
    chosen.hidden = !files.files.length;
  };

  document.addEventListener("submit", (event) => {
    const button = ["button", "command"].includes(event.submitter?.name) ? event.submitter : null;
    if (event.target !== form) {
      if (event.target.classList.contains("examples")) tell(said.working);
    } else if (sending) {
      event.preventDefault();
    } else if (said.live) {
      event.preventDefault();
      form.querySelector(".menu").open = false;
      if (button) send(button, button.textContent);
      else if (text.value.trim() || files.files.length) {
        const names = Array.from(files.files, (file) => file.name);
        send(null, [text.value, ...names].filter(Boolean).join("\n"));
      }
    }
  });

  files.addEventListener("change", showChosen);

  // A letter still being composed is not sent: Vietnamese is often typed that way.
  text.addEventListener("keydown", (event) => {
    const alone = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (alone && matchMedia("(pointer: fine)").matches) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".primary"));
    }
  });

  document.addEventListener("visibilitychange", poll);
  poll();
})();
