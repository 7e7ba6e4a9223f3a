// How is an item judged by keyboard alone, and saved without being told to? Without this script the form is a plain one.
(function () {
  "use strict";
  var form = document.getElementById("judging");
  if (!form || !window.fetch) return;
  var saved = document.getElementById("saved");
  var switchBox = document.getElementById("has-keys");
  var SWITCH = "kansa-single-keys";
  var words = form.querySelector("[name=csrfmiddlewaretoken]");
  var isDirty = false, isLeaving = false, timer = 0, running = null;

  try { switchBox.checked = window.localStorage.getItem(SWITCH) !== "off"; } catch (fault) { /* kept for this page only */ }
  switchBox.addEventListener("change", function () {
    try { window.localStorage.setItem(SWITCH, switchBox.checked ? "on" : "off"); } catch (fault) { /* as above */ }
  });

  function show(id, text) {
    ["not-saved", "session-ended", "refused"].forEach(function (one) {
      document.getElementById(one).hidden = one !== id;
    });
    if (!id) return;
    var note = document.getElementById(id);
    if (text) note.textContent = text;
    note.focus();
  }

  function accepted(told) {
    form.elements.version.value = told.version;
    form.elements.base.value = told.base;
    document.getElementById("judged").value = told.judged;
    document.getElementById("judged-count").textContent = told.judged;
    saved.textContent = form.dataset.savedWords || "✓";
    show("");
  }

  // Saves what is on the page; resolves to true when it is safe to leave. One request at a time.
  function save() {
    window.clearTimeout(timer);
    if (running) return running.then(function () { return isDirty ? save() : true; });
    if (!isDirty) return Promise.resolve(true);
    isDirty = false;
    saved.textContent = "…";
    running = window.fetch(form.action, {
      method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "error",
      headers: { "Accept": "application/json", "X-CSRFToken": words.value }
    }).then(function (answer) {
      if (answer.ok) return answer.json().then(function (told) { accepted(told); return true; });
      isDirty = true;
      saved.textContent = "";
      // Somebody else saved meanwhile: the plain form answers with both versions side by side.
      if (answer.status === 409) { isLeaving = true; form.submit(); return false; }
      if (answer.status === 400) return answer.json().then(function (told) { show("refused", told.reason); return false; });
      show(answer.status === 401 || answer.status === 403 ? "session-ended" : "not-saved");
      return false;
    }, function () {
      isDirty = true;
      saved.textContent = "";
      show("not-saved");
      return false;
    });
    var mine = running;
    mine.then(function () { running = null; });
    return mine;
  }

  function leave(address) {
    if (!address) { save(); return; }
    save().then(function (isSafe) {
      if (isSafe) { isLeaving = true; window.location.assign(address); }
    });
  }

  function changed(delay) {
    isDirty = true;
    saved.textContent = "";
    window.clearTimeout(timer);
    timer = window.setTimeout(save, delay);
  }
  form.addEventListener("change", function () { changed(300); });
  form.addEventListener("input", function () { changed(2000); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var go = event.submitter ? event.submitter.value : "";
    isDirty = true;
    leave(go === "after" ? form.dataset.after : "");
  });
  window.addEventListener("pagehide", function () {
    if (isDirty && !isLeaving && navigator.sendBeacon) navigator.sendBeacon(form.action, new FormData(form));
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (!link || !isDirty || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link.href);
  });

  function choose(mark) {
    var box = document.getElementById("mark-" + mark);
    if (!box) return;
    box.checked = true;
    box.focus();
    changed(300);
    if (mark === "N") form.elements.reason_ja.focus();
  }
  function isText(target) {
    return target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.altKey || event.metaKey) return;
    var key = event.key.toLowerCase();
    if (event.ctrlKey) {
      if (key === "s" || key === "enter") { event.preventDefault(); isDirty = true; save(); }
      return;
    }
    if (key === "pagedown") { event.preventDefault(); leave(form.dataset.after); return; }
    if (key === "pageup") { event.preventDefault(); leave(form.dataset.before); return; }
    if (isText(event.target)) {
      if (key === "escape") { event.target.blur(); save(); }
      return;
    }
    if (!switchBox.checked) return;
    var act = {
      "n": function () { choose("N"); },
      "e": function () { form.elements.evidence_ja.focus(); },
      "s": function () { isDirty = true; save(); },
      "j": function () { leave(form.dataset.after); },
      "k": function () { leave(form.dataset.before); },
      "arrowright": function () { leave(form.dataset.after); },
      "arrowleft": function () { leave(form.dataset.before); }
    }[key];
    if (/^[0-9]$/.test(key)) act = function () { choose(key); };
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
