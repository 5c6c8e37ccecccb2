(window.ran ??= {}).analytics = performance.now();
while (performance.now() < window.ran.analytics + 250);
document.cookie = '_ga=GA1.1.1234567890.1700000000; path=/; domain=compare.localhost; max-age=34560000';
