// Everything here only helps: each page works without it.

// a form is sent once, however often the button is pressed; coming back by "back" makes it ready again
function stop(form, words) {
  const told = form.querySelector("[role=alert]") ?? document.createElement("p");
  told.className = "fault";
  told.setAttribute("role", "alert");
  told.textContent = words;
  form.append(told);
}
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault(); // the browser's own page would take the place of what was typed
      stop(form, document.body.dataset.offline);
    } else if (form.dataset.sent) {
      event.preventDefault();
    } else if (form.method === "post") {
      form.dataset.sent = "yes";
      for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    }
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// what is wrong is read first
document.getElementById("faults")?.focus();

// buttons that need a script are hidden until there is one
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
