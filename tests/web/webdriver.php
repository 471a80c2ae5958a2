<?php
// A small WebDriver client (W3C), enough for chromedriver: open a page, run script, click, wait, take a picture.

class Browser
{
	private $base;
	private $session;

	public function __construct(string $driver, array $arguments)
	{
		$this->base = $driver;
		$made = $this->ask('POST', '/session', ['capabilities' => ['alwaysMatch' => ['browserName' => 'chrome',
			'goog:chromeOptions' => ['args' => $arguments]]]]);
		$this->session = '/session/' . $made['sessionId'];
	}

	private function ask(string $method, string $path, ?array $body = null)
	{
		$text = $body === null ? '' : json_encode($body ?: new stdClass);
		$socket = stream_socket_client($this->base, $error, $why, 10);
		stream_set_timeout($socket, 60);
		fwrite($socket, "$method $path HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " . strlen($text) . "\r\n\r\n$text");
		$length = 0; // chromedriver does not close the connection: read as much as it announces
		while (($line = fgets($socket)) !== false && trim($line) !== '')
			if (preg_match('/^content-length: *([0-9]+)/i', $line, $found))
				$length = (int)$found[1];
		$answer = json_decode(stream_get_contents($socket, $length), true);
		fclose($socket);
		if (isset($answer['value']['error']))
			throw new Exception($answer['value']['error'] . ': ' . $answer['value']['message']);
		return $answer['value'] ?? null;
	}

	public function open(string $url): void
	{
		$this->ask('POST', $this->session . '/url', ['url' => $url]);
	}

	// The value of a JavaScript function's body.
	public function run(string $script, ...$arguments)
	{
		return $this->ask('POST', $this->session . '/execute/sync', ['script' => $script, 'args' => $arguments]);
	}

	// Until the expression is true.
	public function until(string $expression, string $what): void
	{
		for ($tries = 0; $tries < 300; $tries++) {
			try {
				if ($this->run("return !!($expression);"))
					return;
			} catch (Exception $e) {
				// the page is being replaced
			}
			usleep(100000);
		}
		throw new Exception("waited for $what: " . $this->run('return location.href + "\n" + document.body.innerText.slice(0, 800);'));
	}

	public function click(string $selector): void
	{
		$this->until("document.querySelector('$selector')", $selector);
		$found = $this->ask('POST', $this->session . '/element', ['using' => 'css selector', 'value' => $selector]);
		$this->ask('POST', $this->session . '/element/' . reset($found) . '/click', []);
	}

	public function type(string $selector, string $text): void
	{
		$found = $this->ask('POST', $this->session . '/element', ['using' => 'css selector', 'value' => $selector]);
		$this->ask('POST', $this->session . '/element/' . reset($found) . '/value', ['text' => $text]);
	}

	public function frame(?string $selector): void
	{
		$id = null;
		if ($selector !== null)
			$id = $this->ask('POST', $this->session . '/element', ['using' => 'css selector', 'value' => $selector]);
		$this->ask('POST', $this->session . '/frame', ['id' => $id]);
	}

	public function picture(string $file): void
	{
		file_put_contents($file, base64_decode($this->ask('GET', $this->session . '/screenshot')));
	}

	public function close(): void
	{
		$this->ask('DELETE', $this->session);
	}
}
