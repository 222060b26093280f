// Only helps: the page of weights works without it.

// a number with a slider beside it: the number is what is sent, and what there is without a script
for (const field of document.querySelectorAll("[data-slider]")) {
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: field.min, max: field.max, step: 1, value: field.value });
  slider.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`).innerText);
  slider.addEventListener("input", () => {
    field.value = slider.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => (slider.value = field.value));
  field.before(slider);
}

// a form that only asks is answered while it is filled in: the same page, of which one part is shown
let asking;
const waiting = new WeakMap();
async function askLive(form, part) {
  asking?.abort();
  asking = new AbortController();
  part.dataset.waiting = "yes";
  const url = `${form.action.split("?")[0]}?${new URLSearchParams(new FormData(form))}`;
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: asking.signal });
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (answer.ok && shown) part.replaceChildren(...shown.childNodes);
  } catch (error) {
    if (error.name === "AbortError") return; // a later question is on its way
  }
  delete part.dataset.waiting;
}
for (const form of document.querySelectorAll("form[data-live]")) {
  const part = document.getElementById(form.dataset.live);
  form.addEventListener("input", () => {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(askLive, 400, form, part));
  });
}
