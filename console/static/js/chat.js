// Saves the reloading in the chat: sends by the JSON API, and asks for what is new while the page is in sight.
"use strict";
(() => {
  const form = document.getElementById("ask");
  const text = document.getElementById("text");
  const files = document.getElementById("files");
  const list = document.getElementById("messages");
  const progress = document.getElementById("progress");
  const said = form.dataset;
  const EVERY = 2000;
  let conversation = said.conversation;
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

  // Only addresses of this desk's own cases become links.
  const withLinks = (into, words) => {
    const start = words.indexOf(said.caseAddress);
    if (start < 0) {
      into.textContent = words;
      return into;
    }
    const address = words.slice(start).match(/^[^\s]+/)[0];
    const link = element("a", "", address);
    link.href = address;
    into.append(words.slice(0, start), link, words.slice(start + address.length));
    return into;
  };

  const blockElements = (block) => {
    if (block.kind === "title") return [element("p", "block-title", block.text)];
    if (block.kind === "note") return [withLinks(element("p", "block-note"), block.text)];
    if (block.kind === "file") {
      const file = element("p", "block-file");
      const link = element("a", "", block.text);
      link.href = `/files/${block.items[0]}`;
      file.append(link, " ", element("span", "label", block.label));
      return [file];
    }
    if (block.kind === "field") {
      const field = element("p", "block-field");
      field.append(element("span", "label", block.label + ":"), " " + block.text);
      return [field];
    }
    if (block.kind === "list") {
      const items = element("ul");
      items.append(...block.items.map((item) => element("li", "", item)));
      return [element("p", "block-label", block.label), items];
    }
    return [withLinks(element("p", "words"), block.text)];
  };

  const moment = (at) => {
    const here = { timeZone: "Asia/Ho_Chi_Minh" };
    const clock = new Intl.DateTimeFormat("en-GB", { ...here, hour: "2-digit", minute: "2-digit" }).format(at);
    const month = said.lang === "vi" ? "numeric" : "short";
    const locale = said.lang === "vi" ? "vi-VN" : "en-GB";
    const date = new Intl.DateTimeFormat(locale, { ...here, day: "numeric", month, year: "numeric" }).format(at);
    return `${clock} · ${date}`;
  };

  const shown = (message) => {
    const item = element("li", `message ${message.from}`);
    item.dataset.id = message.id;
    const who = element("p", "who");
    const author = { person: said.you, assistant: said.assistant, officer: said.officer }[message.from];
    const time = element("time", "", moment(new Date(message.at)));
    time.dateTime = message.at;
    who.append(element("span", "", author), " ", time);
    const body = element("div", "said");
    if (message.blocks.length) body.append(...message.blocks.flatMap(blockElements));
    else body.append(element("p", "words", message.text));
    if (message.buttons.length) {
      const buttons = element("div", "buttons");
      for (const { id, title } of message.buttons) {
        const button = element("button", "", title);
        button.name = "button";
        button.value = id;
        button.setAttribute("form", "ask");
        buttons.append(button);
      }
      body.append(buttons);
    }
    item.append(who, body);
    return item;
  };

  const lastId = () => Array.from(list.querySelectorAll("[data-id]")).at(-1)?.dataset.id ?? "";

  const append = (messages) => {
    const known = new Set(Array.from(list.querySelectorAll("[data-id]"), (item) => item.dataset.id));
    const fresh = messages.filter((message) => !known.has(message.id)).map(shown);
    if (!fresh.length) return;
    list.querySelectorAll(".pending").forEach((item) => item.remove());
    list.append(...fresh);
    // From the question on, so that a long answer is read from its beginning.
    fresh[0].scrollIntoView({ block: "start" });
  };

  const fetchNew = async () => {
    const query = new URLSearchParams({ conversation, after: lastId() });
    const answer = await fetch(`/api/chat/messages?${query}`, { credentials: "omit", cache: "no-store" });
    if (answer.ok) append((await answer.json()).messages);
  };

  const poll = async () => {
    clearTimeout(timer);
    if (document.hidden || !conversation) return;
    if (!sending) await fetchNew().catch(() => {});
    timer = setTimeout(poll, EVERY);
  };

  const tell = (words, refused) => {
    progress.textContent = words;
    progress.classList.toggle("refused", Boolean(refused));
  };

  const asJson = (sent) => ({
    address: "/api/chat/messages",
    request: {
      headers: { "Content-Type": "application/json", "Accept-Language": said.lang },
      body: JSON.stringify(sent),
    },
  });

  const withFiles = (sent, chosen) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(sent)) body.append(name, value);
    for (const file of chosen) body.append("files", file);
    return { address: "/api/chat/files", request: { headers: { "Accept-Language": said.lang }, body } };
  };

  const post = async (message) => {
    // What could not be sent goes again under the same id, so that it counts once.
    const chosen = message.button === undefined ? Array.from(files.files) : [];
    const named = chosen.map((file) => `${file.name}/${file.size}`).join();
    const same =
      unsent && unsent.text === message.text && unsent.button === message.button && unsent.named === named;
    unsent = { ...message, named, message_id: same ? unsent.message_id : randomId() };
    const sent = { conversation, lang: said.lang, ...message, message_id: unsent.message_id };
    const way = chosen.length ? withFiles(sent, chosen) : asJson(sent);
    const answer = await fetch(way.address, { method: "POST", credentials: "omit", ...way.request });
    const reply = await answer.json();
    if (!answer.ok) throw new Error(reply.error);
    unsent = null;
    conversation = reply.conversation;
  };

  const pending = (words) => {
    const item = shown({ from: "person", text: words, blocks: [], buttons: [], at: new Date(), id: "" });
    item.classList.add("pending");
    delete item.dataset.id;
    list.append(item);
    item.scrollIntoView({ block: "nearest" });
  };

  const send = async (message, words) => {
    sending = true;
    tell(said.working);
    pending(words);
    try {
      await post(message);
      if (message.text !== undefined) {
        text.value = files.value = "";
        files.closest("details").open = false;
      }
      tell("");
    } catch (error) {
      tell(error instanceof TypeError || error instanceof SyntaxError ? said.notSent : error.message, true);
      list.querySelectorAll(".pending").forEach((item) => item.remove());
    }
    sending = false;
    await fetchNew().catch(() => {});
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter?.name === "button" ? event.submitter : null;
    if (sending) {
      event.preventDefault();
    } else if (conversation && event.target === form) {
      event.preventDefault();
      if (button) send({ button: button.value }, button.textContent);
      else if (text.value.trim() || files.files.length) {
        const names = Array.from(files.files, (file) => file.name);
        send({ text: text.value }, [text.value, ...names].filter(Boolean).join("\n"));
      }
    } else if (event.target === form || event.target.classList.contains("examples")) {
      // The first message goes by the form itself: the page comes back with the conversation it began.
      tell(said.working);
    }
  });

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
