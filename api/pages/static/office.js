// Helps on pages of an office's papers; each works without it.

// a file that is too large is told before it is sent; what is dropped beside the field is taken too
for (const form of document.querySelectorAll("form[data-largest]")) {
  const field = form.querySelector("input[type=file]");
  const tell = () => {
    const file = field.files[0];
    field.setCustomValidity(file && file.size > Number(form.dataset.largest) ? form.dataset.tooLarge : "");
  };
  field.addEventListener("change", tell);
  const place = form.querySelector(".drop");
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    if (event.target === field || !event.dataTransfer.files.length) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    tell();
  });
}

// what a job does is told as it happens, and the page is drawn anew at its end
const waiting = document.querySelector("[data-events]");
if (waiting) {
  const events = new EventSource(waiting.dataset.events);
  const words = waiting.querySelector("[data-words]");
  const bar = waiting.querySelector("progress");
  const way = (bar.dataset.way ?? "").split(" ").map((stages) => stages.split(","));
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    words.textContent = told.words;
    const at = way.findIndex((stages) => stages.includes(told.stage));
    if (at >= 0) bar.value = at + (told.total && told.done !== null ? Math.min(told.done / told.total, 1) : 0);
  });
  events.addEventListener("end", () => {
    events.close();
    location.reload();
  });
  addEventListener("pagehide", () => events.close());
}

// advice while typing: the page that the button leads to is asked, and its advice shown
const editor = document.querySelector("form[data-advice]");
if (editor) {
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    const body = new URLSearchParams(new FormData(editor));
    const answer = await fetch(editor.dataset.advice, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || number !== asked) return;
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("advice");
    if (drawn && number === asked) document.getElementById("advice").replaceChildren(...drawn.childNodes);
  };
  editor.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 800);
  });
}

// a form that is answered by a file leaves its page standing
for (const form of document.querySelectorAll("form[data-file]")) {
  form.addEventListener("submit", () => {
    setTimeout(() => {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }, 2000);
  });
}
