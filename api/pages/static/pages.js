// Everything here only helps: each page works without it.

// a form is sent once, however often the button is pressed; coming back by "back" makes it ready again
function mark(form) {
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
}
function ready(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
}
function stop(form, words) {
  const told = form.querySelector("p.fault[role=alert]") ?? document.createElement("p");
  told.className = "fault";
  told.setAttribute("role", "alert");
  told.textContent = words;
  form.append(told);
}

// what was typed is sent only where the service answers: the browser's own page would take the place of it
let seen = 0; // when the service last answered
let asking = null;
function answers() {
  const address = document.querySelector("link[rel=icon]").href;
  asking ??= fetch(address, { cache: "no-store", signal: AbortSignal.timeout?.(8000) })
    .then((answer) => answer.ok, () => false)
    .then((is) => {
      asking = null;
      seen = is ? performance.now() : 0;
      return is;
    });
  return asking;
}
const isFresh = () => seen && performance.now() - seen < 1500;
async function sendWhereAnswered(form, button) {
  mark(form);
  const is = navigator.onLine && (await answers());
  ready(form);
  if (is) form.requestSubmit(button);
  else stop(form, navigator.onLine ? document.body.dataset.unreachable : document.body.dataset.offline);
}
for (const form of document.querySelectorAll("form")) {
  if (document.getElementById("faults")) form.dataset.typed = "yes"; // what was typed stands in it again
  form.addEventListener("input", () => {
    form.dataset.typed = "yes";
    if (!isFresh()) answers();
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    } else if (!navigator.onLine || (form.dataset.typed && form.requestSubmit && !isFresh())) {
      event.preventDefault();
      sendWhereAnswered(form, event.submitter);
    } else if (form.method === "post") {
      mark(form);
    }
  });
}
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(ready);
});

// what is wrong is read first
document.getElementById("faults")?.focus();

// buttons that need a script are hidden until there is one
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard; // there is none without TLS
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.copied;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// names of municipalities while they are typed; without a script the server finds them after sending
const waiting = new WeakMap();
async function suggest(field) {
  const text = field.value.trim();
  const list = document.getElementById(field.getAttribute("list"));
  if (!list || !text || text.length > 50) return;
  const answer = await fetch(`/api/v1/municipalities?limit=20&q=${encodeURIComponent(text)}`);
  if (!answer.ok || field.value.trim() !== text) return;
  const { municipalities } = await answer.json();
  list.replaceChildren(...municipalities.map((one) => new Option(one.kana, one.full_name)));
}
for (const field of document.querySelectorAll('input[list^="places-"]')) {
  field.addEventListener("input", () => {
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(suggest, 200, field));
  });
}
