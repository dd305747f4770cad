import type { DocumentParty, InvoiceDocument } from '../../src/index.js';
import { el, write } from './xml.js';

const UNCEFACT = 'urn:un:unece:uncefact:data:standard:';

/** A document of EN 16931 in UN/CEFACT's Cross Industry Invoice, D16B. */
export function ciiOf(document: InvoiceDocument): string {
  const totals = document['BG-22'];
  const means = document['BG-16'];
  const day = (name: string, at: string | undefined, prefix = 'udt') =>
    at === undefined
      ? undefined
      : el(name, [el(`${prefix}:DateTimeString`, at.replaceAll('-', ''), { format: '102' })]);
  const category = (name: string, code: string, rate: string | undefined) =>
    el(name, [
      el('ram:TypeCode', 'VAT'),
      el('ram:CategoryCode', code),
      el('ram:RateApplicablePercent', rate),
    ]);

  const root = el(
    'rsm:CrossIndustryInvoice',
    [
      el('rsm:ExchangedDocumentContext', [
        el('ram:GuidelineSpecifiedDocumentContextParameter', [el('ram:ID', document['BT-24'])]),
      ]),
      el('rsm:ExchangedDocument', [
        el('ram:ID', document['BT-1']),
        el('ram:TypeCode', document['BT-3']),
        day('ram:IssueDateTime', document['BT-2']),
        document['BT-22'] === undefined
          ? undefined
          : el('ram:IncludedNote', [el('ram:Content', document['BT-22'])]),
      ]),
      el('rsm:SupplyChainTradeTransaction', [
        ...document['BG-25'].map((line) =>
          el('ram:IncludedSupplyChainTradeLineItem', [
            el('ram:AssociatedDocumentLineDocument', [el('ram:LineID', line['BT-126'])]),
            el('ram:SpecifiedTradeProduct', [el('ram:Name', line['BT-153'])]),
            el('ram:SpecifiedLineTradeAgreement', [
              el('ram:NetPriceProductTradePrice', [el('ram:ChargeAmount', line['BT-146'])]),
            ]),
            el('ram:SpecifiedLineTradeDelivery', [
              el('ram:BilledQuantity', line['BT-129'], { unitCode: line['BT-130'] }),
            ]),
            el('ram:SpecifiedLineTradeSettlement', [
              category('ram:ApplicableTradeTax', line['BT-151'], line['BT-152']),
              el('ram:SpecifiedTradeSettlementLineMonetarySummation', [
                el('ram:LineTotalAmount', line['BT-131']),
              ]),
            ]),
          ]),
        ),
        el('ram:ApplicableHeaderTradeAgreement', [
          el('ram:BuyerReference', document['BT-10']),
          party('ram:SellerTradeParty', document['BG-4']),
          party('ram:BuyerTradeParty', document['BG-7']),
        ]),
        el(
          'ram:ApplicableHeaderTradeDelivery',
          document['BG-13'] === undefined
            ? []
            : [
                el('ram:ShipToTradeParty', [
                  el('ram:PostalTradeAddress', [el('ram:CountryID', document['BG-13']['BT-80'])]),
                ]),
                el('ram:ActualDeliverySupplyChainEvent', [
                  day('ram:OccurrenceDateTime', document['BG-13']['BT-72']),
                ]),
              ],
        ),
        el('ram:ApplicableHeaderTradeSettlement', [
          el('ram:InvoiceCurrencyCode', document['BT-5']),
          means &&
            el('ram:SpecifiedTradeSettlementPaymentMeans', [
              el('ram:TypeCode', means['BT-81']),
              means['BT-87'] === undefined
                ? undefined
                : el('ram:ApplicableTradeSettlementFinancialCard', [el('ram:ID', means['BT-87'])]),
              means['BT-84'] === undefined
                ? undefined
                : el('ram:PayeePartyCreditorFinancialAccount', [
                    el('ram:IBANID', means['BT-84']),
                    el('ram:AccountName', means['BT-85']),
                  ]),
              means['BT-86'] === undefined
                ? undefined
                : el('ram:PayeeSpecifiedCreditorFinancialInstitution', [el('ram:BICID', means['BT-86'])]),
            ]),
          ...document['BG-23'].map((tax) =>
            el('ram:ApplicableTradeTax', [
              el('ram:CalculatedAmount', tax['BT-117']),
              el('ram:TypeCode', 'VAT'),
              el('ram:ExemptionReason', tax['BT-120']),
              el('ram:BasisAmount', tax['BT-116']),
              el('ram:CategoryCode', tax['BT-118']),
              el('ram:ExemptionReasonCode', tax['BT-121']),
              el('ram:RateApplicablePercent', tax['BT-119']),
            ]),
          ),
          document['BG-14'] &&
            el('ram:BillingSpecifiedPeriod', [
              day('ram:StartDateTime', document['BG-14']['BT-73']),
              day('ram:EndDateTime', document['BG-14']['BT-74']),
            ]),
          ...document['BG-20'].map((allowance) =>
            el('ram:SpecifiedTradeAllowanceCharge', [
              el('ram:ChargeIndicator', [el('udt:Indicator', 'false')]),
              el('ram:ActualAmount', allowance['BT-92']),
              el('ram:ReasonCode', allowance['BT-98']),
              el('ram:Reason', allowance['BT-97']),
              category('ram:CategoryTradeTax', allowance['BT-95'], allowance['BT-96']),
            ]),
          ),
          document['BT-9'] === undefined
            ? undefined
            : el('ram:SpecifiedTradePaymentTerms', [day('ram:DueDateDateTime', document['BT-9'])]),
          el('ram:SpecifiedTradeSettlementHeaderMonetarySummation', [
            el('ram:LineTotalAmount', totals['BT-106']),
            el('ram:AllowanceTotalAmount', totals['BT-107']),
            el('ram:TaxBasisTotalAmount', totals['BT-109']),
            el('ram:TaxTotalAmount', totals['BT-110'], { currencyID: document['BT-5'] }),
            el('ram:GrandTotalAmount', totals['BT-112']),
            el('ram:DuePayableAmount', totals['BT-115']),
          ]),
          document['BG-3'] &&
            el('ram:InvoiceReferencedDocument', [
              el('ram:IssuerAssignedID', document['BG-3']['BT-25']),
              day('ram:FormattedIssueDateTime', document['BG-3']['BT-26'], 'qdt'),
            ]),
        ]),
      ]),
    ],
    {
      'xmlns:rsm': `${UNCEFACT}CrossIndustryInvoice:100`,
      'xmlns:ram': `${UNCEFACT}ReusableAggregateBusinessInformationEntity:100`,
      'xmlns:udt': `${UNCEFACT}UnqualifiedDataType:100`,
      'xmlns:qdt': `${UNCEFACT}QualifiedDataType:100`,
    },
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root as NonNullable<typeof root>)}\n`;
}

function party(role: string, { name, address, vatId, taxNumber, legalId, endpoint, contact }: DocumentParty) {
  const registration = (id: string | undefined, schemeID: string) =>
    id === undefined ? undefined : el('ram:SpecifiedTaxRegistration', [el('ram:ID', id, { schemeID })]);
  return el(role, [
    el('ram:Name', name),
    legalId &&
      el('ram:SpecifiedLegalOrganization', [el('ram:ID', legalId.value, { schemeID: legalId.scheme })]),
    contact &&
      el('ram:DefinedTradeContact', [
        el('ram:PersonName', contact.name),
        contact.phone === undefined
          ? undefined
          : el('ram:TelephoneUniversalCommunication', [el('ram:CompleteNumber', contact.phone)]),
        contact.email === undefined
          ? undefined
          : el('ram:EmailURIUniversalCommunication', [el('ram:URIID', contact.email)]),
      ]),
    el('ram:PostalTradeAddress', [
      el('ram:PostcodeCode', address.postCode),
      el('ram:LineOne', address.street),
      el('ram:LineTwo', address.street2),
      el('ram:CityName', address.city),
      el('ram:CountryID', address.country),
      el('ram:CountrySubDivisionName', address.region),
    ]),
    endpoint &&
      el('ram:URIUniversalCommunication', [el('ram:URIID', endpoint.value, { schemeID: endpoint.scheme })]),
    registration(vatId, 'VA'),
    registration(taxNumber, 'FC'),
  ]);
}
