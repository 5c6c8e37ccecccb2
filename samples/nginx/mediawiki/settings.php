
$wgEnableUploads = true;
$wgUploadDirectory = getenv('APPLICATION_FOLDER') . '/images';
$wgUploadPath = '/images';
$wgCacheDirectory = getenv('APPLICATION_FOLDER') . '/temporary';
$wgMainCacheType = CACHE_DB;
// MediaWiki's strict Content-Security-Policy: a nonce for its own scripts.
$wgCSPHeader = true;
// Counts visitors, as an extension would.
$wgHooks['BeforePageDisplay'][] = static function ($out) {
    include getenv('TRACKER');
    $out->addScript(Html::linkedScript('/tracker.js', $out->getCSP()->getNonce()));
};
