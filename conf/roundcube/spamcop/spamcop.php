<?php
/**
 * spamcop: a Roundcube plugin that says, above a mail, why it is in Junk: in one
 * sentence, with what a listing means, the list's own page, and "Not junk".
 *
 * What it says comes from the X-SpamCop-Listed fields that spamcop-filter wrote
 * when the mail came; the filter removes those that a sender wrote. Still, their
 * text is other people's: everything is escaped, and only http and https
 * addresses become links. The plugin looks nothing up, and changes nothing:
 * "Not junk" is the button of the plugin markasjunk.
 *
 * Copy this folder to Roundcube's plugins/, and name 'spamcop' in
 * $config['plugins'] (conf/roundcube/spamcop.inc.php does).
 */
class spamcop extends rcube_plugin
{
    public $task = 'mail';

    /** At most so many listed servers are named in one sentence each. */
    const SERVERS_MAX = 4;

    public function init()
    {
        $action = rcmail::get_instance()->action;
        if ($action != 'show' && $action != 'preview' && $action != '') {
            return;
        }
        // Also in the list of messages: a cache fetches there what is shown later.
        $this->add_hook('storage_init', [$this, 'fetch']);
        if ($action != '') {
            $this->add_hook('message_objects', [$this, 'say_why']);
        }
    }

    public function fetch($args)
    {
        $args['fetch_headers'] = trim(($args['fetch_headers'] ?? '') . ' X-SPAMCOP-STATUS X-SPAMCOP-LISTED');
        return $args;
    }

    public function say_why($args)
    {
        $headers = $args['message']->headers;
        $status = (array) $headers->get('x-spamcop-status', false);
        $servers = self::servers((array) $headers->get('x-spamcop-listed', false));
        if (!$servers || !preg_match('/^\s*listed\s*(;|$)/', (string) reset($status))) {
            return $args;
        }
        $this->add_texts('localization');
        $this->include_stylesheet('spamcop.css');
        $this->include_script('spamcop.js');
        $args['content'][] = $this->box($servers, $args['message']->folder);
        return $args;
    }

    /**
     * The fields, by server: [address => ['handoff' => bool, 'lists' => [name =>
     * page or null]]], in their order. What is not as the filter writes it is
     * left out.
     */
    private static function servers($fields)
    {
        $servers = [];
        foreach ($fields as $field) {
            $field = preg_replace('/\s+/', ' ', (string) $field);
            if (!preg_match('/^ ?([0-9A-Fa-f.:]{2,45}) ?;(.*)$/', $field, $parts) || !filter_var($parts[1], FILTER_VALIDATE_IP)
                || !preg_match('/(?:^|;) ?list=([^;\s"]{1,255})/', $parts[2], $list)) {
                continue;
            }
            [, $address, $rest] = $parts;
            if (!isset($servers[$address])) {
                if (count($servers) == self::SERVERS_MAX) {
                    continue;
                }
                $servers[$address] = ['handoff' => false, 'lists' => []];
            }
            $servers[$address]['handoff'] |= (bool) preg_match('/; ?trust=handoff ?(;|$)/', $rest);
            $servers[$address]['lists'][$list[1]] = $servers[$address]['lists'][$list[1]] ?? self::page($rest);
        }
        return $servers;
    }

    /** The first web address in the list's own words, or null. */
    private static function page($parameters)
    {
        return preg_match('~reason="(?:[^"\\\\]|\\\\.)*?\b(https?://[A-Za-z0-9._-]+(?:[/?][A-Za-z0-9._/?&=%#:+,@\~-]*)?)~', $parameters, $page) ? $page[1] : null;
    }

    private function box($servers, $folder)
    {
        $junk = rcmail::get_instance()->config->get('markasjunk_spam_mbox', rcmail::get_instance()->config->get('junk_mbox'));
        $in_junk = $folder === $junk;
        $sentences = '';
        foreach ($servers as $address => $server) {
            $sentences .= html::p('spamcop-why', $this->sentence($address, $server, $in_junk && $sentences === ''));
        }
        $meaning = html::tag('details', null, html::tag('summary', null, rcube::Q($this->gettext('ask')))
            . html::p(null, rcube::Q($this->gettext('meaning'))) . html::p(null, rcube::Q($this->gettext('known'))));
        $button = $in_junk && in_array('markasjunk', (array) rcmail::get_instance()->config->get('plugins'))
            ? html::tag('button', ['type' => 'button', 'class' => 'btn btn-secondary button spamcop-notjunk'], rcube::Q($this->gettext('notjunk'))) : '';
        return html::tag('section', ['class' => 'ui alert spamcop-box', 'role' => 'note'], $sentences . $meaning . $button);
    }

    /** One server's sentence, as HTML: the texts are ours, the rest is escaped. */
    private function sentence($address, $server, $in_junk)
    {
        $lists = [];
        foreach ($server['lists'] as $name => $page) {
            $shown = rcube::Q($name === 'bl.spamcop.net' ? 'SpamCop' : $name);
            $lists[] = $page === null ? $shown : html::a(['href' => $page, 'target' => '_blank', 'rel' => 'noopener noreferrer', 'title' => $page], $shown);
        }
        $last = array_pop($lists);
        $named = $lists ? implode(', ', $lists) . ' ' . rcube::Q($this->gettext('and')) . ' ' . $last : $last;
        $text = ($in_junk ? 'junk' : 'listed') . ($server['handoff'] ? 'sent' : 'passed') . ($lists ? 'lists' : 'list');
        return strtr(rcube::Q($this->gettext($text)), ['$address' => html::tag('strong', null, rcube::Q($address)), '$list' => $named]);
    }
}
