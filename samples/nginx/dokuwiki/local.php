<?php
$conf['title'] = 'Lamps';
$conf['savedir'] = getenv('APPLICATION_FOLDER') . '/data';
$conf['useacl'] = 1;
$conf['superuser'] = '@admin';
$conf['disableactions'] = 'register';
$conf['compress'] = 1;
