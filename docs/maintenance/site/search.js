// Every word must stand in a page, anywhere: Japanese is written without spaces, so nothing is cut into words.
"use strict";
const japanese = document.documentElement.lang === "ja";
const asked = new URLSearchParams(location.search).get("words") ?? "";
const words = asked.normalize("NFKC").toLowerCase().split(/\s+/u).filter(Boolean);
const root = document.querySelector("link[rel=stylesheet]").getAttribute("href").replace(/site\.css$/u, "");
const titled = (title) => words.filter((word) => title.normalize("NFKC").toLowerCase().includes(word)).length;
const found = words.length === 0 ? [] : PAGES
  .filter(([, language, , text]) => language === document.documentElement.lang && words.every((word) => text.includes(word)))
  .sort((one, other) => titled(other[2]) - titled(one[2]) || one[0].localeCompare(other[0]));
document.querySelector("#words").value = asked;
document.querySelector("#told").textContent = words.length === 0 ? "" : japanese ? `${found.length}件` : `${found.length} found`;
for (const [address, , title, text] of found) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = root + address;
  link.textContent = title;
  const place = Math.max(0, text.indexOf(words[0]) - 40);
  const passage = document.createElement("p");
  passage.textContent = `… ${text.slice(place, place + 140)} …`;
  line.append(link, passage);
  document.querySelector("#found").append(line);
}
