import type { DocumentParty, InvoiceDocument } from '../../src/index.js';
import { el, write } from './xml.js';

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd:';

/** A document of EN 16931 in UBL 2.1. */
export function ublOf(document: InvoiceDocument): string {
  const isCredit = document['BT-3'] === '381';
  const kind = isCredit ? 'CreditNote' : 'Invoice';
  const currencyID = document['BT-5'];
  const money = (name: string, amount: string | undefined) => el(name, amount, { currencyID });
  const totals = document['BG-22'];
  const means = document['BG-16'];
  const category = (
    name: string,
    code: string,
    rate: string | undefined,
    more: ReturnType<typeof el>[] = [],
  ) =>
    el(name, [
      el('cbc:ID', code),
      el('cbc:Percent', rate),
      ...more,
      el('cac:TaxScheme', [el('cbc:ID', 'VAT')]),
    ]);

  const root = el(
    kind,
    [
      el('cbc:CustomizationID', document['BT-24']),
      el('cbc:ID', document['BT-1']),
      el('cbc:IssueDate', document['BT-2']),
      isCredit ? undefined : el('cbc:DueDate', document['BT-9']),
      el(`cbc:${kind}TypeCode`, document['BT-3']),
      el('cbc:Note', document['BT-22']),
      el('cbc:DocumentCurrencyCode', currencyID),
      el('cbc:BuyerReference', document['BT-10']),
      document['BG-14'] &&
        el('cac:InvoicePeriod', [
          el('cbc:StartDate', document['BG-14']['BT-73']),
          el('cbc:EndDate', document['BG-14']['BT-74']),
        ]),
      document['BG-3'] &&
        el('cac:BillingReference', [
          el('cac:InvoiceDocumentReference', [
            el('cbc:ID', document['BG-3']['BT-25']),
            el('cbc:IssueDate', document['BG-3']['BT-26']),
          ]),
        ]),
      el('cac:AccountingSupplierParty', [party(document['BG-4'])]),
      el('cac:AccountingCustomerParty', [party(document['BG-7'])]),
      document['BG-13'] &&
        el('cac:Delivery', [
          el('cbc:ActualDeliveryDate', document['BG-13']['BT-72']),
          el('cac:DeliveryLocation', [
            el('cac:Address', [
              el('cac:Country', [el('cbc:IdentificationCode', document['BG-13']['BT-80'])]),
            ]),
          ]),
        ]),
      means &&
        el('cac:PaymentMeans', [
          el('cbc:PaymentMeansCode', means['BT-81']),
          means['BT-87'] === undefined
            ? undefined
            : el('cac:CardAccount', [
                el('cbc:PrimaryAccountNumberID', means['BT-87']),
                el('cbc:NetworkID', 'mapped-from-cii'),
              ]),
          means['BT-84'] === undefined
            ? undefined
            : el('cac:PayeeFinancialAccount', [
                el('cbc:ID', means['BT-84']),
                el('cbc:Name', means['BT-85']),
                means['BT-86'] === undefined
                  ? undefined
                  : el('cac:FinancialInstitutionBranch', [el('cbc:ID', means['BT-86'])]),
              ]),
        ]),
      ...document['BG-20'].map((allowance) =>
        el('cac:AllowanceCharge', [
          el('cbc:ChargeIndicator', 'false'),
          el('cbc:AllowanceChargeReasonCode', allowance['BT-98']),
          el('cbc:AllowanceChargeReason', allowance['BT-97']),
          money('cbc:Amount', allowance['BT-92']),
          category('cac:TaxCategory', allowance['BT-95'], allowance['BT-96']),
        ]),
      ),
      el('cac:TaxTotal', [
        money('cbc:TaxAmount', totals['BT-110']),
        ...document['BG-23'].map((tax) =>
          el('cac:TaxSubtotal', [
            money('cbc:TaxableAmount', tax['BT-116']),
            money('cbc:TaxAmount', tax['BT-117']),
            category('cac:TaxCategory', tax['BT-118'], tax['BT-119'], [
              el('cbc:TaxExemptionReasonCode', tax['BT-121']),
              el('cbc:TaxExemptionReason', tax['BT-120']),
            ]),
          ]),
        ),
      ]),
      el('cac:LegalMonetaryTotal', [
        money('cbc:LineExtensionAmount', totals['BT-106']),
        money('cbc:TaxExclusiveAmount', totals['BT-109']),
        money('cbc:TaxInclusiveAmount', totals['BT-112']),
        money('cbc:AllowanceTotalAmount', totals['BT-107']),
        money('cbc:PayableAmount', totals['BT-115']),
      ]),
      ...document['BG-25'].map((line) =>
        el(`cac:${kind}Line`, [
          el('cbc:ID', line['BT-126']),
          el(isCredit ? 'cbc:CreditedQuantity' : 'cbc:InvoicedQuantity', line['BT-129'], {
            unitCode: line['BT-130'],
          }),
          money('cbc:LineExtensionAmount', line['BT-131']),
          el('cac:Item', [
            el('cbc:Name', line['BT-153']),
            category('cac:ClassifiedTaxCategory', line['BT-151'], line['BT-152']),
          ]),
          el('cac:Price', [money('cbc:PriceAmount', line['BT-146'])]),
        ]),
      ),
    ],
    {
      xmlns: `${UBL}${kind}-2`,
      'xmlns:cac': `${UBL}CommonAggregateComponents-2`,
      'xmlns:cbc': `${UBL}CommonBasicComponents-2`,
    },
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root as NonNullable<typeof root>)}\n`;
}

function party({ name, address, vatId, taxNumber, legalId, endpoint, contact }: DocumentParty) {
  const scheme = (id: string | undefined, kind: string) =>
    id === undefined
      ? undefined
      : el('cac:PartyTaxScheme', [el('cbc:CompanyID', id), el('cac:TaxScheme', [el('cbc:ID', kind)])]);
  return el('cac:Party', [
    el('cbc:EndpointID', endpoint?.value, { schemeID: endpoint?.scheme }),
    el('cac:PostalAddress', [
      el('cbc:StreetName', address.street),
      el('cbc:AdditionalStreetName', address.street2),
      el('cbc:CityName', address.city),
      el('cbc:PostalZone', address.postCode),
      el('cbc:CountrySubentity', address.region),
      el('cac:Country', [el('cbc:IdentificationCode', address.country)]),
    ]),
    scheme(vatId, 'VAT'),
    scheme(taxNumber, 'TAX'),
    el('cac:PartyLegalEntity', [
      el('cbc:RegistrationName', name),
      el('cbc:CompanyID', legalId?.value, { schemeID: legalId?.scheme }),
    ]),
    contact &&
      el('cac:Contact', [
        el('cbc:Name', contact.name),
        el('cbc:Telephone', contact.phone),
        el('cbc:ElectronicMail', contact.email),
      ]),
  ]);
}
