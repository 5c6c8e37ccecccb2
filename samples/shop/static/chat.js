// A stand-in for a chat vendor's widget. It answers like a small shop on a Sunday.
(() => {
  const german = document.documentElement.lang === "de";
  const words = german
    ? { open: "Die Werkstatt fragen", head: "Firwick", close: "Schließen", say: "Ihre Frage", send: "Senden", hello: "Guten Tag! Womit können wir helfen?", reply: "Danke. June liest das am Dienstag und antwortet hier." }
    : { open: "Ask the workshop", head: "Firwick", close: "Close", say: "Your question", send: "Send", hello: "Hello! What can we do for you?", reply: "Thank you. June reads these on Tuesdays and will answer here." };

  const make = (tag, props = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), props);
    element.append(...children);
    return element;
  };
  const line = (text, mine) => make("li", { textContent: text, className: mine ? "is-mine" : "" });

  const talk = make("ul", { className: "chat-talk" }, line(words.hello));
  talk.setAttribute("aria-live", "polite");
  const say = make("input", { type: "text", autocomplete: "off", required: true });
  say.setAttribute("aria-label", words.say);
  const form = make("form", {}, say, make("button", { className: "button", textContent: words.send }));
  const close = make("button", { className: "chat-close", type: "button", textContent: "×" });
  close.setAttribute("aria-label", words.close);
  const box = make("section", { className: "chat-box", hidden: true }, make("header", {}, make("h2", { textContent: words.head }), close), talk, form);
  box.setAttribute("aria-label", words.open);
  const open = make("button", { className: "button chat-open", type: "button", textContent: words.open });

  const show = (shown) => {
    box.hidden = !shown;
    open.hidden = shown;
    (shown ? say : open).focus();
  };
  open.addEventListener("click", () => show(true));
  close.addEventListener("click", () => show(false));
  box.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    talk.append(line(say.value, true));
    say.value = "";
    setTimeout(() => {
      talk.append(line(words.reply));
      talk.scrollTop = talk.scrollHeight;
    }, 700);
  });
  document.body.append(make("div", { className: "chat" }, open, box));
})();
