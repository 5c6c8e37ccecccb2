// Stands in for an advertising tag.
(window.ran ??= {}).targeting = performance.now();
document.cookie = '_fbp=fb.1.1700000000000.1234567890; path=/; domain=compare.localhost; max-age=7776000';
