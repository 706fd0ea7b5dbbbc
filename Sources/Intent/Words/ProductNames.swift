/// Names of programs and services that are no other word: "how do i install grafana", "a linkedin post".
///
/// Who types in a hurry leaves their capitals out, and means the same. What is a word as well is not among them: a slack rope, a
/// pulsar, a spark, the chef.
enum ProductNames {
  /// Whether a name without its capital, or without those inside of it, is the same: nobody looks at letters.
  static func areTheSame(_ word: String, _ a: GuardFacts, _ b: GuardFacts) -> Bool {
    all.contains(word) && !looksAtLetters(a) && !looksAtLetters(b)
  }

  /// Where a text is about how something is written, names and notations are as well: "print IPv4", "how do I write iPhone".
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard counts(in: a.pieces) || counts(in: b.pieces) else { return nil }
    let (left, right) = (written(a), written(b))
    return left == right ? nil : "how '\((left + right).first ?? "")' is written"
  }

  /// Whether it may count how names and notations of a text are written.
  static func counts(in words: [InstructionWord]) -> Bool {
    guard let first = words.firstIndex(where: isNamed) else { return false }
    return verbatim.isSaid(in: words)
      || words.indices.dropFirst(max(first, 1)).contains { isNamed(words[$0]) && words[$0 - 1].text == "write" }
  }

  private static func isNamed(_ word: InstructionWord) -> Bool {
    (word.kind == .word || word.kind == .code) && (all.contains(word) || notations.contains(word))
  }

  /// Its names and notations, letter for letter.
  private static func written(_ facts: GuardFacts) -> [Substring] {
    facts.text.split { !$0.isLetter && !$0.isNumber && !"-/+".contains($0) }.filter {
      let word = $0.lowercased()
      return notations.contains(word) || all.contains(word)
    }
  }

  private static let verbatim = WordSet([
    "print", "prints", "echo", "replace", "replaces", "substitute", "grep", "rename", "called", "named", "titled",
    "labelled", "labeled", "tagged", "spell", "spelled", "spelt", "variable", "branch", "folder", "username", "string",
    "uppercase", "lowercase", "capitalize", "capitalise", "written", "spelling", "correctly",
  ])

  /// Whether a text is about how something is written, or names something by it: a branch, a column, a user.
  private static func looksAtLetters(_ facts: GuardFacts) -> Bool {
    !facts.quotes.isEmpty || lookingAtLetters.isSaid(in: facts.pieces)
  }

  private static let lookingAtLetters = WordSet([
    "replace", "replaces", "replacing", "rename", "renames", "renaming", "substitute", "search", "searches", "grep",
    "regex", "regexp", "match", "matches", "matching", "contain", "contains", "containing", "spell", "spelled",
    "spelt", "spelling", "case", "uppercase", "lowercase", "capital", "capitals", "capitalise", "capitalize",
    "capitalised", "capitalized", "capitalisation", "capitalization", "letter", "letters", "called", "named", "titled",
    "labelled", "labeled", "tagged", "tag", "tags", "label", "variable", "function", "method", "class", "module",
    "column", "table", "schema", "database", "namespace", "string", "strings", "key", "field", "value", "enum",
    "start", "starts", "starting", "end", "ends", "ending", "begin", "begins", "beginning", "occurrence",
    "occurrences", "count", "counts", "occur", "occurs", "word", "words", "username", "user", "role", "hostname",
    "branch", "folder", "directory", "path", "rhyme", "rhymes", "anagram", "acronym", "logo", "proofread", "correct",
    "grammar", "typo", "typos", "writes", "written", "echo", "print", "prints", "printing", "say", "says", "log",
    "logs", "equals", "equal", "filter", "filters", "find", "finds", "select", "selects", "where",
  ])

  /// Names with digits that everybody writes as they like.
  static let notations = WordSet([
    "ipv4", "ipv6", "oauth2", "sha1", "sha256", "sha512", "md5", "base64", "utf8", "utf-8", "utf-16", "http2", "http/2",
    "es6",
    "mp3", "mp4", "h264", "h265", "s3", "ec2", "k8s", "i18n", "a11y", "x86", "x509", "rs256", "hs256", "aes256",
    "uuid4",
    "uuidv4", "uuidv7", "web3", "log4j", "c++17", "c++20", "python3", "php8", "vue3", "iso8601", "rfc3339", "wi-fi",
    "crc32",
  ])

  /// In lower case. *Source:* by hand, from what everybody knows.
  static let all = WordSet([
    // Services and stores.
    "adyen", "airbnb", "airtable", "alibaba", "aliexpress", "anthropic", "atlassian", "auth0", "bitbucket",
    "bluesky", "chatgpt", "circleci", "cloudflare", "cloudwatch", "coursera", "crowdstrike", "databricks",
    "datadog", "deepl", "deepseek", "digitalocean", "dropbox", "duckduckgo", "duolingo", "dynamodb", "ebay",
    "eventbrite", "facebook", "figma", "freshdesk", "github", "gitlab", "gmail", "godaddy", "google", "gumroad",
    "heroku",
    "hubspot", "huggingface", "ikea", "indesign", "instagram", "jetbrains", "jira", "klarna", "leetcode",
    "linkedin", "linode", "mailchimp", "mailgun", "microsoft", "mixpanel", "netflix", "netlify", "newrelic",
    "openai", "opsgenie", "pagerduty", "patreon", "paypal", "photoshop", "pinterest", "quickbooks", "reddit",
    "roblox", "salesforce", "sendgrid", "servicenow", "sharepoint", "shopify", "snapchat", "soundcloud", "spotify",
    "squarespace", "stackoverflow", "substack", "supabase", "tiktok", "todoist", "trello", "trustpilot", "tumblr",
    "twilio", "udemy", "unsplash", "vercel", "vimeo", "waze", "whatsapp", "wikipedia", "woocommerce", "wordpress",
    "xero", "youtube", "zapier", "zendesk", "zoho",
    // Files and abbreviations.
    "readme", "changelog", "dockerfile", "makefile", "gitignore", "crontab", "faq", "asap", "todo", "todos", "rsvp",
    "diy",
    // Devices and systems.
    "airpods", "almalinux", "centos", "chromebook", "chromecast", "fitbit", "freebsd", "imac", "ipad", "ipados",
    "iphone", "macbook", "nintendo", "nixos", "openbsd", "opensuse", "playstation", "proxmox", "synology", "vmware",
    "xbox",
    // Programs and libraries.
    "argocd", "asyncio", "autocad", "bazel", "bigquery", "buildkite", "certbot", "clickhouse", "cloudformation",
    "cocoapods", "codeigniter", "coredns", "couchbase", "couchdb", "datagrip", "dbeaver", "duckdb", "eksctl",
    "elasticsearch", "eslint", "etcd", "expressjs", "fastapi", "fluentd", "gnupg", "golang", "grafana", "graphql",
    "grpc", "gunicorn", "hadoop", "haproxy", "influxdb", "inkscape", "intellij", "istio", "jekyll", "jquery",
    "jupyter", "kafka", "keras", "keycloak", "kibana", "knex", "kotlin", "kubernetes", "langchain", "laravel",
    "libreoffice", "linkerd", "linux", "logstash", "mariadb", "matplotlib", "memcached", "minikube", "minio",
    "mkdocs", "mongodb", "mqtt", "mypy", "neo4j", "neovim", "netbeans", "nextcloud", "nginx", "numpy", "nuxt",
    "oauth", "ollama", "openapi", "opencv", "openshift", "openssl", "opentelemetry", "phpunit", "plotly", "podman",
    "postgres", "postgresql", "powerpoint", "powershell", "prometheus", "pycharm", "pydantic", "pyspark", "pytest",
    "pytorch", "rabbitmq", "redis", "rubocop", "scikit", "scipy", "sonarqube", "splunk", "sqlalchemy", "sqlite",
    "systemd", "tensorflow", "terraform", "terragrunt", "traefik", "typescript", "ubuntu", "uvicorn", "valgrind",
    "vitest", "vuejs", "vuetify", "webpack", "wireguard", "wireshark", "xcode", "zabbix", "zipkin", "zookeeper",
    "zsh",
  ])
}
