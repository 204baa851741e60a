// The pages where badges are judged. Without this script the form and the print menu of the browser do the same.
"use strict";
(() => {
  const show = (element) => { if (element) element.hidden = false; };

  for (const button of document.querySelectorAll("button[data-print]")) {
    show(button);
    button.addEventListener("click", () => print());
  }

  for (const button of document.querySelectorAll("button[data-save]")) {
    show(button);
    button.addEventListener("click", () => {
      const text = document.getElementById(button.dataset.save).textContent;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = button.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  // A check may take a while: say so, and send it once.
  const rest = (button) => {
    if (button.dataset.words) button.textContent = button.dataset.words;
    button.disabled = false;
  };
  for (const button of document.querySelectorAll("button[data-busy]")) {
    button.form.addEventListener("submit", () => {
      const asks = new FormData(button.form);
      if (asks.get("format") === "csv") return;
      button.dataset.words = button.textContent;
      button.textContent = button.dataset.busy;
      setTimeout(() => { button.disabled = true; }, 0);
    });
    addEventListener("pageshow", () => rest(button));
  }

  const form = document.getElementById("ask");
  if (!form) return;
  const file = document.getElementById("file");
  const links = document.getElementById("link");
  const drop = document.getElementById("drop");
  const chosen = document.getElementById("chosen");
  const MOST_NAMES = 8;
  show(document.getElementById("drop-hint"));

  const tell = () => {
    const names = [...file.files].map((one) => one.name);
    const lines = names.slice(0, MOST_NAMES);
    const more = names.length - lines.length;
    if (more > 0) lines.push(chosen.dataset.more.replace("{}", more));
    chosen.replaceChildren(...lines.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
  };
  file.addEventListener("change", tell);
  addEventListener("pageshow", tell);

  const take = (files) => {
    file.files = files;
    tell();
  };
  const add = (text) => {
    const before = links.value.trimEnd();
    links.value = before + (before ? "\n" : "") + text.trim();
  };

  let inside = 0;
  const lit = (change) => {
    inside = Math.max(0, inside + change);
    drop.classList.toggle("over", inside > 0);
  };
  form.addEventListener("dragenter", () => lit(1));
  form.addEventListener("dragleave", () => lit(-1));
  // Anywhere on the page, so that a file that misses the frame does not replace the page.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    inside = 0;
    lit(0);
    const given = event.dataTransfer;
    const address = given.getData("text/uri-list") || given.getData("text/plain");
    if (given.files.length > 0) take(given.files);
    else if (address) add(address);
  });
  addEventListener("paste", (event) => {
    const given = event.clipboardData;
    const typing = event.target.closest?.("input, textarea");
    if (given.files.length > 0) {
      event.preventDefault();
      take(given.files);
    } else if (!typing && given.getData("text/plain")) {
      event.preventDefault();
      add(given.getData("text/plain"));
    }
  });
})();
