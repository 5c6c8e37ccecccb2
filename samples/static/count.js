// A stand-in for a visitor counter: remembers that this browser was here.
const seen = Number(localStorage.getItem('leaflet_visits') ?? 0) + 1;
localStorage.setItem('leaflet_visits', seen);
document.documentElement.dataset.counted = seen;
