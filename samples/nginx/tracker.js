// Sets cookies by script, as the tags of such vendors do.
document.cookie = `_gid=GA1.1.${Math.random()}; path=/; max-age=86400`;
document.cookie = `_gcl_au=1.1.${Math.random()}; path=/; max-age=7776000`;
