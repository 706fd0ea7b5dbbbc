import Testing

@testable import Intent

/// Names without their capital.
@Suite struct SmallNamesTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("What is the capital of Australia?", "What is the capital of australia"),
    ("find flights from Boston to Denver", "find flights from boston to denver"),
    ("Generate a .gitignore for a Python project", "generate a .gitignore for a python project"),
    ("write a haiku about Paris", "write a haiku about paris"),
    ("How do I install Grafana on Ubuntu?", "how do i install grafana on ubuntu"),
    ("compare Redis and Memcached", "comparison of redis and memcached"),
    ("Write a LinkedIn post about my new job", "write a linkedin post about my new job"),
    ("How do I read a CSV from Kafka in Python?", "how do I read a csv from kafka in python"),
    ("What is OAuth?", "what is oauth"),
    ("a regex that matches IPv4 addresses", "regex matching ipv4 addresses"),
    ("Explain Java generics", "explain java generics"),
    ("Write a Python regex that matches a UK postcode.", "python regex for UK postcodes"),
  ])
  func theyAreTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// What hands in a hurry write.
  @Test(arguments: [
    ("list files w/o extensions", "list files without extensions"),
    ("explain diff b/w tcp and udp", "explain the difference between TCP and UDP"),
    ("write a python function to reverse a string", "python function that reverses a string"),
    ("release notes from these commits", "Write release notes for these commits"),
    ("haiku about coffee", "write a coffee haiku"), ("synonyms for happy", "What are synonyms for happy?"),
    ("generate a readme for this project", "write a README for this project"),
    ("recipe for pancakes", "pancake recipe"), ("tips for interviews", "give me interview tips"),
  ])
  func shortFormsAreTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("what are synonyms", "synonyms"), ("release notes for my boss", "release notes from my boss"),
    ("recipe for dogs", "dog recipe"), ("tips for parents", "parent tips"),
    ("convert the b/w photo", "convert between the photo"), ("list files w/o extensions", "list files with extensions"),
  ])
  func otherShortFormsAreNot(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// What is another word without a capital, and texts in which it counts.
  @Test(arguments: [
    ("write a haiku about Turkey", "write a haiku about turkey"),
    ("what is the currency of China", "what is the currency of china"),
    ("list facts about Jordan", "list facts about jordan"),
    ("what is a Python", "what is a python"),
    ("search for Boston in the log", "search for boston in the log"),
    ("write a regex for Boston", "write a regex for boston"),
    ("replace Boston with boston", "replace boston with Boston"),
    ("write a Python script that prints Boston", "write a Python script that prints boston"),
    ("what is a Pulsar", "what is a pulsar"),
    ("write a regex for Grafana", "write a regex for grafana"),
    ("create a branch named Jira", "create a branch named jira"),
    ("replace Linkedin with LinkedIn", "replace LinkedIn with Linkedin"),
    ("replace Iphone with iPhone", "replace iPhone with Iphone"),
    ("replace IPv4 with ipv4", "replace ipv4 with IPv4"),
    ("how do I write linkedin", "how do I write LinkedIn"),
    ("is iphone written correctly", "is iPhone written correctly"),
    ("a bash script that prints IPv4", "a bash script that prints ipv4"),
    ("replace SHA256 with MD5 in all files", "replace sha256 with MD5 in all files"),
    ("create a branch named IPv6", "create a branch named ipv6"),
    ("a bash script that prints Grafana", "a bash script that prints grafana"),
    ("list facts about Java", "list facts about java"),
  ])
  func theyAreNot(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
