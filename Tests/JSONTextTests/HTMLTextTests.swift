import JSONText
import Testing

/// Texts from outside are no markup where HTML is read (S28).
@Test func `S28 HTML has no tags and no quotes of the text`() {
  #expect(
    HTMLText.escaped(#"<b title="x">y</b> @everyone & z"#)
      == "&lt;b title=&quot;x&quot;&gt;y&lt;/b&gt; @everyone &amp; z")
}
