// tarteaucitron's names for services, for each vendor of the catalog that has another name there. An entry: the vendor, its names.

const ALIASES = {
  'AB Tasty': 'abtasty', 'AddToAny': 'addtoanyfeed addtoanyshare', 'Adobe Analytics': 'adobeanalytics adobeworkspace', 'Adobe Fonts': 'typekit',
  'AT Internet': 'atinternet atinternethightrack xiti xiti_smarttag', 'Brevo': 'sendinblue brevochat', 'Crazy Egg': 'crazyegg', 'Criteo': 'criteoonetag',
  'Google': 'gplus gplusbadge jsapi', 'Google AdSense': 'adsense adsenseauto adsensesearch adsensesearchform adsensesearchresult',
  'Google Ads': 'googleads googleadwordsconversion googleadwordsremarketing', 'Google Analytics': 'analytics gajs gtag multiplegtag',
  'Google DoubleClick': 'doubleclick', 'Google Fonts': 'googlefonts', 'Google Forms': 'gforms', 'Google Identity': 'googlesignin',
  'Google Maps': 'googlemaps googlemapsembed googlemapssearch maps_noapi', 'Google reCAPTCHA': 'recaptcha', 'Google Tag Manager': 'googletagmanager multiplegoogletagmanager',
  'Intercom': 'intercomchat', 'Lead Forensics': 'leadforensics leadforensicsold', 'LinkedIn': 'linkedininsighttag', 'Marker.io': 'markerio', 'Marketo': 'marketomunchkin',
  'Matomo': 'matomocloud matomoheatmap matomohightrack matomotm', 'Meta': 'facebook facebookcomment facebookcustomerchat facebooklikebox facebookpixel facebookpost instagram',
  'Microsoft Advertising': 'bingads', 'Microsoft Clarity': 'clarity', 'Oracle AddThis': 'addthis', 'Outbrain': 'outbrainamplify', 'Piano Analytics': 'pianoanalytics',
  'Pinterest': 'pinterestpixel', 'Piwik PRO': 'piwikpro', 'Pure Chat': 'purechat', 'ShareThis': 'sharethissticky', 'Simple Analytics': 'simpleanalytics',
  'Smart AdServer (Equativ)': 'equativ', 'Tawk.to': 'tawkto', 'The Trade Desk': 'thetradedesk', 'TikTok': 'tiktokvideo',
  'X (Twitter)': 'twitter twitterembed twittertimeline twitteruwt twitterwidgetsapi', 'Xandr': 'xandrconversion xandrsegment', 'Yandex Metrica': 'metrica',
  'YouTube': 'youtubeapi youtubeplaylist', 'Zendesk': 'zopim', 'Zoho PageSense': 'zohopagesense',
};

const vendors = new Map(Object.entries(ALIASES).flatMap(([vendor, names]) => names.split(' ').map((name) => [name, vendor])));

/** The catalog's name of a vendor; empty: the catalog uses the same name, or the vendor is unknown. */
export const vendorCalled = (name) => vendors.get(name.toLowerCase()) ?? '';

/** Pairs of a name and its vendor. */
export const aliases = [...vendors];
