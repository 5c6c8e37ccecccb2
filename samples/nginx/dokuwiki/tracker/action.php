<?php
class action_plugin_tracker extends DokuWiki_Action_Plugin
{
    public function register(Doku_Event_Handler $controller)
    {
        $controller->register_hook('DOKUWIKI_STARTED', 'AFTER', $this, 'count');
        $controller->register_hook('TPL_METAHEADER_OUTPUT', 'BEFORE', $this, 'addScript');
    }

    public function count()
    {
        include getenv('TRACKER');
    }

    public function addScript(Doku_Event $event)
    {
        $event->data['script'][] = ['type' => 'text/javascript', 'src' => '/tracker.js', '_data' => ''];
    }
}
