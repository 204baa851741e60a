// The office's pages for lists. Without this script the form sends a list of up to 5 MB at once, and a button does each step.
"use strict";
(() => {
  // The largest part of a list, in bytes, and how long to wait before a step is tried again.
  const PART = 256 * 1024;
  const PAUSES = [1, 2, 4, 8, 15];

  const wait = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

  // Sends, and sends again while nobody answers or the answer is "later": every step may be repeated.
  const send = async (url, body, type) => {
    for (const pause of [...PAUSES, 0]) {
      try {
        const headers = { Accept: "application/json", "Content-Type": type };
        const answer = await fetch(url, { method: "POST", headers, body, credentials: "same-origin" });
        if (answer.ok) {
          return await answer.json();
        }
        if (answer.status < 500 && answer.status !== 429) {
          return null;
        }
      } catch { /* The network: again. */ }
      await wait(pause);
    }
    return null;
  };

  const form = (fields) => new URLSearchParams(fields).toString();
  const FORM = "application/x-www-form-urlencoded";

  const tell = (element, done, whole) => {
    const progress = element.querySelector("progress");
    progress.max = Math.max(whole, 1);
    progress.value = done;
    element.querySelector("output").textContent = `${Math.floor((100 * done) / Math.max(whole, 1))}%`;
  };

  // Choosing a file: sent in parts.
  const chooser = document.querySelector("form[data-parts]");
  if (chooser) {
    const shown = document.getElementById("sending");
    const failed = document.getElementById("not-sent");
    chooser.addEventListener("submit", async (event) => {
      const file = chooser.elements.file.files[0];
      if (!file || file.size === 0) {
        return;
      }
      event.preventDefault();
      chooser.hidden = true;
      failed.hidden = true;
      shown.hidden = false;
      shown.focus();
      const fail = () => {
        chooser.hidden = false;
        shown.hidden = true;
        failed.hidden = false;
        failed.focus();
      };
      const begun = await send(chooser.dataset.parts, form({ file: file.name }), FORM);
      if (!begun) {
        fail();
        return;
      }
      const parts = Math.ceil(file.size / PART);
      for (let part = 0; part < parts; part += 1) {
        tell(shown, part, parts);
        const bytes = await file.slice(part * PART, (part + 1) * PART).arrayBuffer();
        if (!await send(`${begun.url}/part?number=${part}`, bytes, "application/octet-stream")) {
          fail();
          return;
        }
      }
      if (!await send(`${begun.url}/finish`, form({ parts }), FORM)) {
        fail();
        return;
      }
      location.assign(begun.url);
    });
  }

  // A draft on which work goes on: step after step, until it is somewhere else.
  const going = document.querySelector("form[data-continue]");
  if (going) {
    const shown = document.getElementById("going");
    const run = async () => {
      shown.hidden = false;
      going.hidden = true;
      for (;;) {
        const step = await send(going.action, "", FORM);
        if (!step) {
          going.hidden = false;
          shown.hidden = true;
          return;
        }
        if (!step.working) {
          location.assign(step.url);
          return;
        }
        tell(shown, step.done, step.whole);
      }
    };
    run();
  }
})();
