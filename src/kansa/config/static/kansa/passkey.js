/* Says in words on the page when a passkey could not be used; allauth's scripts would only write to the console. */
(function () {
  "use strict";
  document.addEventListener("allauth.error", function (event) {
    var place = document.getElementById("passkey_failed");
    if (!place) { return; }
    event.preventDefault();
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  });
})();
