// Play, pause and seek for the film, which is an animated drawing. The position is stored in a cookie that the server may or
// may not have been allowed to set.
const film = document.querySelector(".player > svg");
const controls = document.querySelector(".controls");
const [button, seek, clock] = ["button", "input", "output"].map((name) => controls.querySelector(name));
const seconds = Number(seek.max);
if (window.top !== window) document.body.classList.add("is-framed");

const show = () => {
  const at = film.getCurrentTime() % seconds;
  seek.value = at;
  clock.value = `0:${String(Math.floor(at)).padStart(2, "0")}`;
  button.textContent = film.animationsPaused() ? button.dataset.play : button.dataset.pause;
};
const pause = () => {
  film.pauseAnimations();
  const remembered = /(?:^|; )film_position=/.test(document.cookie);
  if (remembered) document.cookie = `film_position=${seek.value}; Path=/; Max-Age=2592000; SameSite=Lax`;
};
button.addEventListener("click", () => (film.animationsPaused() ? film.unpauseAnimations() : pause(), show()));
seek.addEventListener("input", () => (film.setCurrentTime(Number(seek.value)), show()));

controls.hidden = false;
film.setCurrentTime(Number(document.cookie.match(/(?:^|; )film_position=([\d.]+)/)?.[1] ?? 0));
if (matchMedia("(prefers-reduced-motion: reduce)").matches) film.pauseAnimations();
show();
setInterval(show, 250);
