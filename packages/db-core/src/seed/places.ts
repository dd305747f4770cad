/** Where people live and what they are called there. */
export interface Place {
  readonly country: string;
  readonly city: string;
  readonly timezone: string;
  readonly locale: string;
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
}

const words = (text: string): string[] => text.split(' ');

function place(
  [country, city, timezone, locale]: [country: string, city: string, timezone: string, locale: string],
  firstNames: string,
  lastNames: string,
): Place {
  return { country, city, timezone, locale, firstNames: words(firstNames), lastNames: words(lastNames) };
}

export const places: readonly Place[] = [
  place(
    ['US', 'Chicago', 'America/Chicago', 'en-US'],
    'Emma Liam Olivia Noah Ava Mason Sophia Ethan Grace Logan Chloe Owen Zoe Caleb Naomi Marcus',
    'Walker Bennett Hughes Foster Reyes Coleman Brooks Price Sullivan Hayes Jenkins Perry Bryant Ford Griffin Webb',
  ),
  place(
    ['GB', 'Manchester', 'Europe/London', 'en-GB'],
    'Amelia Oliver Isla George Freya Harry Poppy Alfie Martha Arthur Imogen Callum Bethan Rhys Aisling Hamza',
    'Clarke Wright Turner Barker Whitfield Hale Ashworth Pritchard Marsh Doyle Akhtar Fletcher Holt Lowe Kerr Nash',
  ),
  place(
    ['DE', 'Leipzig', 'Europe/Berlin', 'de-DE'],
    'Lena Jonas Mia Finn Hannah Paul Clara Felix Emilia Anton Frieda Moritz Greta Emre Jana Lukas',
    'Schneider Weber Wagner Becker Hoffmann Koch Richter Klein Wolf Neumann Krüger Yilmaz Vogel Brandt Lorenz Seidel',
  ),
  place(
    ['FR', 'Lyon', 'Europe/Paris', 'fr-FR'],
    'Camille Hugo Léa Louis Manon Jules Inès Gabriel Élise Théo Amina Baptiste Zoé Karim Margot Yanis',
    'Moreau Laurent Girard Rousseau Fontaine Chevalier Lambert Benali Marchand Perrin Renard Colin Barbier Lacroix Diallo Caron',
  ),
  place(
    ['ES', 'Valencia', 'Europe/Madrid', 'es-ES'],
    'Lucía Hugo Martina Pablo Sofía Álvaro Carmen Diego Alba Javier Nerea Iker Marta Adrián Noa Sergio',
    'García Romero Navarro Torres Domínguez Vázquez Ramos Gil Serrano Molina Ortega Delgado Castro Iglesias Campos Vidal',
  ),
  place(
    ['BR', 'Recife', 'America/Recife', 'pt-BR'],
    'Beatriz Lucas Mariana Rafael Larissa Gustavo Camila Thiago Letícia Bruno Isabela Caio Yasmin Vinícius Luana Davi',
    'Silva Oliveira Souza Pereira Lima Carvalho Ribeiro Almeida Barbosa Rocha Nunes Teixeira Moura Cardoso Araújo Freitas',
  ),
  place(
    ['NG', 'Lagos', 'Africa/Lagos', 'en-NG'],
    'Adaeze Chidi Folake Emeka Ngozi Tunde Amara Kelechi Zainab Ibrahim Yemi Obinna Halima Segun Ifeoma Musa',
    'Okafor Adeyemi Balogun Eze Nwosu Bello Abiola Okoro Lawal Onyekachi Adebayo Uche Danjuma Ogunleye Obi Sani',
  ),
  place(
    ['KE', 'Nairobi', 'Africa/Nairobi', 'en-KE'],
    'Wanjiru Kamau Achieng Otieno Njeri Kiprop Akinyi Mwangi Chebet Juma Wambui Barasa Nekesa Odhiambo Fatuma Kibet',
    'Mutua Kariuki Omondi Wekesa Cheruiyot Njoroge Ochieng Maina Abdi Kimani Rotich Nyambura Were Gitau Koech Onyango',
  ),
  place(
    ['IN', 'Pune', 'Asia/Kolkata', 'en-IN'],
    'Ananya Arjun Diya Rohan Kavya Vikram Meera Aditya Priya Karthik Nisha Imran Sneha Rahul Tara Dev',
    'Sharma Patel Iyer Reddy Nair Gupta Khan Desai Joshi Menon Chatterjee Kulkarni Rao Bose Mehta Pillai',
  ),
  place(
    ['JP', 'Osaka', 'Asia/Tokyo', 'ja-JP'],
    'Yui Haruto Aoi Sota Hina Ren Sakura Yuto Mei Kaito Rin Daiki Nanami Takumi Emi Kenji',
    'Tanaka Suzuki Yamamoto Watanabe Ito Nakamura Kobayashi Kato Yoshida Sasaki Matsumoto Inoue Kimura Hayashi Mori Abe',
  ),
  place(
    ['PL', 'Wrocław', 'Europe/Warsaw', 'pl-PL'],
    'Zofia Jakub Maja Szymon Hanna Filip Alicja Mikołaj Oliwia Kacper Natalia Piotr Ewa Tomasz Iga Bartosz',
    'Kowalska Nowak Wójcik Kamiński Zielińska Mazur Krawczyk Pawlak Dudek Wrona Sikora Baran Szewczyk Lis Kubiak Gajda',
  ),
  place(
    ['AU', 'Melbourne', 'Australia/Melbourne', 'en-AU'],
    'Matilda Jack Willow Lachlan Ruby Angus Evie Cooper Tilly Jarrah Sienna Harvey Mia Bodhi Heath Kirra',
    'Campbell Morrison Kelly Tran Fraser Gibson Murray Harding Nolan Sheridan Cross Barlow Rossi Papadakis Ellis Quinn',
  ),
];
