// Copy buttons. Without this script they stay hidden, and the texts can be selected as they are.
"use strict";
(() => {
  const status = document.getElementById("copied");

  const say = (text) => {
    status.textContent = "";
    setTimeout(() => { status.textContent = text; }, 50);
  };

  const select = (element) => {
    if (element.select) {
      element.focus();
      element.select();
      return;
    }
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  // Where the clipboard is out of reach: what is selected goes there.
  const copySelected = (element, button) => {
    select(element);
    const done = document.execCommand("copy");
    if (done) {
      getSelection().removeAllRanges();
      button.focus();
    }
    return done;
  };

  const copy = async (element, button) => {
    if (!navigator.clipboard) {
      return copySelected(element, button);
    }
    try {
      if (button.dataset.format === "html") {
        const part = (type, text) => new Blob([text], { type });
        await navigator.clipboard.write([new ClipboardItem({
          "text/html": part("text/html", element.innerHTML),
          "text/plain": part("text/plain", element.dataset.plain),
        })]);
      } else {
        await navigator.clipboard.writeText(element.value ?? element.textContent);
      }
      return true;
    } catch {
      return copySelected(element, button);
    }
  };

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const element = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(element, button);
      say(done ? status.dataset.done : status.dataset.failed);
    });
  }
})();
