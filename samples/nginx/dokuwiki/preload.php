<?php
define('DOKU_CONF', getenv('APPLICATION_FOLDER') . '/conf/');
