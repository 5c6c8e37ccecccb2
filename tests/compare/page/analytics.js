// Stands in for an analytics tag: sets the cookie that such tags set on the registrable domain.
(window.ran ??= {}).analytics = performance.now();
document.cookie = '_ga=GA1.1.1234567890.1700000000; path=/; domain=compare.localhost; max-age=34560000';
