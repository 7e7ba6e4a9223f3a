// What do pages do beyond plain forms and links? Menus close, ended sessions are told, a form is sent once.
(function () {
  "use strict";

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = event.target.closest("details.menu[open]");
    if (menu) menu.querySelector("summary").focus();
    closeMenus(null);
  });

  // A second press of the button while the first is on its way would do the act twice.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-may-repeat")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  document.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
  function tell(id) {
    var note = document.getElementById(id);
    if (note) { note.hidden = false; note.focus(); }
  }
  document.addEventListener("htmx:responseError", function (event) {
    tell(event.detail.xhr.status === 401 ? "session-ended" : "not-saved");
  });
  document.addEventListener("htmx:sendError", function () { tell("not-saved"); });
  // Whatever came back, the button may be pressed again at once; what was saved takes the warning away.
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest("form[data-sent]");
    if (form) delete form.dataset.sent;
    if (!event.detail.successful) return;
    document.querySelectorAll("#not-saved, #session-ended").forEach(function (note) { note.hidden = true; });
  });
})();
