/* Passkeys: allauth's scripts only tell the console when one was not used. Tell the reader. */
document.addEventListener("allauth.error", (event) => {
  const words = document.getElementById("passkey-failed");
  if (!words) return;
  event.preventDefault();
  document.querySelector("main h1").after(words);
  words.hidden = false;
  words.focus();
});
