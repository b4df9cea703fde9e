// Moves the focus to the sentence a link points at, so that a screen reader starts reading there.
const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (target) target.focus({ preventScroll: true });
