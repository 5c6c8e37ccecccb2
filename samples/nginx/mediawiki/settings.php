
$wgEnableUploads = true;
$wgUploadDirectory = getenv('APPLICATION_FOLDER') . '/images';
$wgUploadPath = '/images';
$wgCacheDirectory = getenv('APPLICATION_FOLDER') . '/temporary';
$wgMainCacheType = CACHE_DB;
// The strict Content-Security-Policy that MediaWiki has: a nonce for its own scripts.
$wgCSPHeader = true;
// What an extension that counts visitors does.
$wgHooks['BeforePageDisplay'][] = static function ($out) {
    include getenv('TRACKER');
    $out->addScript(Html::linkedScript('/tracker.js', $out->getCSP()->getNonce()));
};
