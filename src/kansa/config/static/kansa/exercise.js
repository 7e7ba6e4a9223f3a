// How is a case of an exercise judged by keyboard alone? 0-9 and N choose, Enter goes on; typing in a field stays typing.
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    var form = document.querySelector("form[data-judging]");
    if (!form || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    var tag = event.target.tagName;
    if (tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && event.target.type !== "radio")) return;
    var sign = event.key.normalize("NFKC").toUpperCase();
    var radio = sign.length === 1 ? form.querySelector('input[name=choice][value="' + CSS.escape(sign) + '"]') : null;
    if (radio) {
      radio.checked = true;
      radio.focus();
      event.preventDefault();
      if (sign === "N") form.querySelector("textarea").focus();
    } else if (event.key === "Enter" && tag !== "A" && tag !== "BUTTON" && tag !== "SUMMARY") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
