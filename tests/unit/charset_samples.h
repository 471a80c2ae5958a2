/* Something to read in each character set that has a name of its own. */
static const struct {
	const char *charset;
	struct span bytes;
	const char *text;
} samples[] = {
	{"iso-8859-1",
	 SPAN("Gr\xFC\xDF"
	      "e, se\xF1or"),
	 "Grüße, señor"},
	{"iso-8859-2", SPAN("za\xBF\xF3\xB3\xE6 g\xEA\xB6l\xB1 ja\xBC\xF1"), "zażółć gęślą jaźń"},
	{"iso-8859-3", SPAN("\xE6\xF8\xB6\xBC\xFE\xFD"), "ĉĝĥĵŝŭ"},
	{"iso-8859-4", SPAN("\xE0\xE8\xBA\xBB\xEF\xF3\xB6\xF1\xB9\xFE\xBE"), "āčēģīķļņšūž"},
	{"iso-8859-5", SPAN("\xBF\xE0\xD8\xD2\xD5\xE2 \xDC\xD8\xE0"), "Привет мир"},
	{"iso-8859-6", SPAN("\xE5\xD1\xCD\xC8\xC7"), "مرحبا"},
	{"iso-8859-7", SPAN("\xCA\xE1\xEB\xE7\xEC\xDD\xF1\xE1"), "Καλημέρα"},
	{"iso-8859-8", SPAN("\xF9\xEC\xE5\xED"), "שלום"},
	{"iso-8859-9", SPAN("G\xFCnayd\xFDn \xFD\xF0\xFE\xDD"), "Günaydın ığşİ"},
	{"iso-8859-10", SPAN("\xFE\xE6\xF6\xF0\xDE"), "þæöðÞ"},
	{"iso-8859-13", SPAN("\xE0\xE8\xE6\xEB\xE1\xF0\xF8\xFB\xFE"), "ąčęėįšųūž"},
	{"iso-8859-14", SPAN("\xF0\xFE\xB8"), "ŵŷẁ"},
	{"iso-8859-15", SPAN("10 \xA4 \xBDuvre"), "10 € œuvre"},
	{"iso-8859-16", SPAN("\xE3\xBA\xFE"), "ășț"},
	{"windows-1250", SPAN("\x8Elu\x9Dou\xE8k\xFD k\xF9\xF2"), "Žluťoučký kůň"},
	{"windows-1251", SPAN("\xCF\xF0\xE8\xE2\xE5\xF2 \xEC\xE8\xF0"), "Привет мир"},
	{"windows-1252", SPAN("\x93smart\x94 \x96 \x80"), "“smart” – €"},
	{"windows-1253", SPAN("\xCA\xE1\xEB\xE7\xEC\xDD\xF1\xE1"), "Καλημέρα"},
	{"windows-1254", SPAN("G\xFCnayd\xFDn \xFD\xF0\xFE"), "Günaydın ığş"},
	{"windows-1255", SPAN("\xF9\xEC\xE5\xED"), "שלום"},
	{"windows-1256", SPAN("\xE3\xD1\xCD\xC8\xC7"), "مرحبا"},
	{"windows-1257", SPAN("\xE0\xE8\xE6\xEB\xE1\xF0\xF8\xFB\xFE"), "ąčęėįšųūž"},
	{"windows-1258", SPAN("\xF0\xFD"), "đư"},
	{"koi8-r", SPAN("\xF0\xD2\xC9\xD7\xC5\xD4 \xCD\xC9\xD2"), "Привет мир"},
	{"koi8-u", SPAN("\xF0\xD2\xC9\xD7\xA6\xD4 \xAD\xC1\xCE\xCF\xCB"), "Привіт ґанок"},
	{"ibm866", SPAN("\x8F\xE0\xA8\xA2\xA5\xE2"), "Привет"},
	{"ibm850",
	 SPAN("Gr\x81\xE1"
	      "e"),
	 "Grüße"},
	{"macintosh",
	 SPAN("Gr\x9F\xA7"
	      "e \xD2x\xD3"),
	 "Grüße “x”"},
	{"tis-620", SPAN("\xCA\xC7\xD1\xCA\xB4\xD5"), "สวัสดี"},
	{"gb18030",
	 SPAN("\xD6\xD0\xCE\xC4\x81"
	      "9\xEE"
	      "9\x94"
	      "8\xE1"
	      "4\xA2\xE3"),
	 "中文㐀🀄€"},
	{"gb2312", SPAN("\xD6\xD0\xCE\xC4\xB2\xE2\xCA\xD4"), "中文测试"},
	{"gbk", SPAN("\xD6\xD0\xCE\xC4\x9Cy\xD4\x87"), "中文測試"},
	{"big5", SPAN("\xA4\xA4\xA4\xE5\xB4\xFA\xB8\xD5"), "中文測試"},
	{"big5-hkscs", SPAN("\xA4\xA4\xA4\xE5\xB4\xFA\xB8\xD5"), "中文測試"},
	{"iso-2022-jp",
	 SPAN("\x1B$BF|K\x5C"
	      "8l%F%9%H\x1B(B abc"),
	 "日本語テスト abc"},
	{"shift_jis",
	 SPAN("\x93\xFA\x96{\x8C\xEA\x83"
	      "e\x83X\x83g"),
	 "日本語テスト"},
	{"cp932", SPAN("\x93\xFA\x96{\x8C\xEA\x87@\x81`"), "日本語①～"},
	{"euc-jp", SPAN("\xC6\xFC\xCB\xDC\xB8\xEC\xA5\xC6\xA5\xB9\xA5\xC8"), "日本語テスト"},
	{"euc-kr", SPAN("\xC7\xD1\xB1\xB9\xBE\xEE"), "한국어"},
	{"cp949",
	 SPAN("\xC7\xD1\xB1\xB9\xBE\xEE \x8C"
	      "c"),
	 "한국어 똠"},
	{"iso-2022-kr", SPAN("\x1B$)C\x0EGQ19>n\x0F"), "한국어"},
	{"utf-7", SPAN("Gr+APwA3w-e +-"), "Grüße +"},
	{"utf-8",
	 SPAN("Gr\xC3\xBC\xC3\x9F"
	      "e \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"),
	 "Grüße 日本語"},
	{"utf-16be",
	 SPAN("\x00G\x00r\x00\xFC\x00\xDF\x00"
	      "e"),
	 "Grüße"},
	{"utf-16le",
	 SPAN("G\x00r\x00\xFC\x00\xDF\x00"
	      "e\x00"),
	 "Grüße"},
};
#define SAMPLES (sizeof samples / sizeof samples[0])
