// Is it still working? A form that takes long says so, once it is on its way.
(function () {
  "use strict";
  document.addEventListener("submit", function (event) {
    var note = document.getElementById(event.target.getAttribute("data-working") || "");
    var press = event.submitter;
    if (!note || event.defaultPrevented || (press && press.value === "cancel")) return;
    note.hidden = false;
    note.focus();
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-working]").forEach(function (form) {
      document.getElementById(form.getAttribute("data-working")).hidden = true;
    });
  });
})();
